// Which services there are and which operations they have: counted from chunks here, kept in the
// footer of every block. One thread at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/columns/chunk.h"
#include "store/scan.h"

namespace spanhound::store {

class Catalog {
 public:
  void AddService(std::string_view service) { services_.emplace(service); }
  // One more than `operations_max` is left out.
  void AddOperation(std::string_view service, std::string_view name, model::SpanKind kind,
                    uint64_t span_count, size_t operations_max = SIZE_MAX);
  // The services of the chunk, and its operations if it holds spans.
  Status AddChunk(const ChunkPtr& chunk);
  // The same from the columns of some rows; `names` and `kinds` are empty for logs.
  void AddRows(const std::vector<const model::Resource*>& resources,
               const std::vector<std::string_view>& names, const std::vector<uint64_t>& kinds);

  std::vector<std::string> Services() const { return {services_.begin(), services_.end()}; }
  std::vector<OperationEntry> Operations(std::string_view service) const;

  struct Operation {
    std::string service;
    std::string name;
    model::SpanKind kind;
    auto operator<=>(const Operation&) const = default;
  };
  const std::set<std::string>& services() const { return services_; }
  const std::map<Operation, uint64_t>& operations() const { return operations_; }

 private:
  std::set<std::string> services_;
  std::map<Operation, uint64_t> operations_;
};

}  // namespace spanhound::store
