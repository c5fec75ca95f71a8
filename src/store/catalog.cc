#include "store/catalog.h"

#include "base/hash_map.h"
#include "store/columns/chunk_rows.h"

namespace spanhound::store {
namespace {

// Enough to tell rows of the same operation apart by address: names come from a dictionary or a
// request, so equal addresses are equal names. Unequal ones are sorted out by Catalog.
struct OperationAddress {
  const model::Resource* resource;
  const char* name;
  size_t name_size;
  uint64_t kind;
  bool operator==(const OperationAddress&) const = default;
};

struct OperationAddressHash {
  size_t operator()(const OperationAddress& address) const {
    size_t hash = reinterpret_cast<size_t>(address.name) * 0x9e3779b97f4a7c15u;
    return hash ^ (reinterpret_cast<size_t>(address.resource) + address.kind + address.name_size);
  }
};

}  // namespace

void Catalog::AddOperation(std::string_view service, std::string_view name, model::SpanKind kind,
                           uint64_t span_count, size_t operations_max) {
  AddService(service);
  const Operation operation{std::string(service), std::string(name), kind};
  if (operations_.size() >= operations_max && !operations_.contains(operation)) return;
  operations_[operation] += span_count;
}

Status Catalog::AddChunk(const ChunkPtr& chunk) {
  ChunkRows rows(chunk);
  ASSIGN_OR_RETURN(const auto resources,
                   rows.LoadCells<const model::Resource*>({Field::kResource}));
  if (chunk->table == Table::kLogs) {
    AddRows(*resources, {}, {});
    return Status::Ok();
  }
  ASSIGN_OR_RETURN(const auto names, rows.LoadCells<std::string_view>({Field::kName}));
  ASSIGN_OR_RETURN(const auto kinds, rows.LoadCells<uint64_t>({Field::kKind}));
  AddRows(*resources, *names, *kinds);
  return Status::Ok();
}

void Catalog::AddRows(const std::vector<const model::Resource*>& resources,
                      const std::vector<std::string_view>& names,
                      const std::vector<uint64_t>& kinds) {
  if (names.empty()) {
    const model::Resource* last = nullptr;
    for (const model::Resource* resource : resources) {
      if (resource != last) AddService(resource->service_name());
      last = resource;
    }
    return;
  }
  HashMap<OperationAddress, uint64_t, OperationAddressHash> counts;
  for (size_t i = 0; i < resources.size(); ++i) {
    ++counts[{resources[i], names[i].data(), names[i].size(), kinds[i]}];
  }
  for (const auto& [operation, count] : counts) {
    AddOperation(operation.resource->service_name(), {operation.name, operation.name_size},
                 static_cast<model::SpanKind>(operation.kind), count);
  }
}

std::vector<OperationEntry> Catalog::Operations(std::string_view service) const {
  std::vector<OperationEntry> entries;
  for (const auto& [operation, count] : operations_) {
    if (operation.service == service) entries.push_back({operation.name, operation.kind, count});
  }
  return entries;
}

}  // namespace spanhound::store
