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

Catalog Catalog::OfServices(uint64_t bytes_max) {
  Catalog catalog;
  catalog.keeps_operations_ = false;
  catalog.budget_.bytes_left = bytes_max;
  return catalog;
}

Catalog Catalog::OfOperations(std::string service, uint64_t bytes_max) {
  Catalog catalog;
  catalog.keeps_services_ = false;
  catalog.only_service_ = std::move(service);
  catalog.budget_.bytes_left = bytes_max;
  return catalog;
}

void Catalog::AddService(std::string_view service) {
  if (!keeps_services_ || services_.contains(service)) return;
  if (budget_.TakeEntry(service.size())) services_.emplace(service);
}

void Catalog::AddOperation(std::string_view service, std::string_view name, model::SpanKind kind,
                           uint64_t span_count, size_t operations_max) {
  AddService(service);
  if (!keeps_operations_ || (only_service_ && *only_service_ != service)) return;
  Operation operation{std::string(service), std::string(name), kind};
  const auto known = operations_.find(operation);
  if (known != operations_.end()) {
    known->second += span_count;
  } else if (operations_.size() < operations_max &&
             budget_.TakeEntry(service.size() + name.size())) {
    operations_.emplace(std::move(operation), span_count);
  }
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

Listing<std::string> Catalog::Services() const {
  return {{services_.begin(), services_.end()}, services_.size(), budget_.is_complete};
}

Listing<OperationEntry> Catalog::Operations(std::string_view service) const {
  Listing<OperationEntry> listing;
  for (const auto& [operation, count] : operations_) {
    if (operation.service != service) continue;
    listing.entries.push_back({operation.name, operation.kind, count});
  }
  listing.total = listing.entries.size();
  listing.is_complete = budget_.is_complete;
  return listing;
}

}  // namespace spanhound::store
