// Which services there are and which operations they have: counted from chunks here, kept in the
// footer of every block. An answer takes only what was asked for, and of that only so much: there
// may be a million services. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/columns/chunk.h"
#include "store/listing_budget.h"
#include "store/scan.h"

namespace spanhound::store {

class Catalog {
 public:
  // Of everything, without a limit: what a block has.
  Catalog() = default;
  static Catalog OfServices(uint64_t bytes_max);
  static Catalog OfOperations(std::string service, uint64_t bytes_max);

  void AddService(std::string_view service);
  // One more than `operations_max` is left out.
  void AddOperation(std::string_view service, std::string_view name, model::SpanKind kind,
                    uint64_t span_count, size_t operations_max = SIZE_MAX);
  // The services of the chunk, and its operations if it holds spans.
  Status AddChunk(const ChunkPtr& chunk);
  // The same from the columns of some rows; `names` and `kinds` are empty for logs.
  void AddRows(const std::vector<const model::Resource*>& resources,
               const std::vector<std::string_view>& names, const std::vector<uint64_t>& kinds);

  // Sorted by name.
  Listing<std::string> Services() const;
  // Sorted by name, then kind.
  Listing<OperationEntry> Operations(std::string_view service) const;

  struct Operation {
    std::string service;
    std::string name;
    model::SpanKind kind;
    auto operator<=>(const Operation&) const = default;
  };
  const std::set<std::string, std::less<>>& services() const { return services_; }
  const std::map<Operation, uint64_t>& operations() const { return operations_; }

 private:
  bool keeps_services_ = true;
  bool keeps_operations_ = true;
  std::optional<std::string> only_service_;  // of the operations
  ListingBudget budget_{.bytes_left = UINT64_MAX};
  std::set<std::string, std::less<>> services_;
  std::map<Operation, uint64_t> operations_;
};

}  // namespace spanhound::store
