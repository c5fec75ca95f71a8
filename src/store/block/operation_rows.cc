#include "store/block/operation_rows.h"

#include "model/semantic_names.h"

namespace spanhound::store {
namespace {

// A resource of which nothing but the service name is known.
const model::Resource* ResourceOf(std::string_view service, Arena& arena) {
  const std::span<model::Attribute> name = arena.AllocateArray<model::Attribute>(1);
  new (&name[0]) model::Attribute{model::kServiceName, model::AttributeValue::String(service)};
  auto* resource = new (arena.Allocate(sizeof(model::Resource))) model::Resource();
  resource->attributes = name;
  return resource;
}

}  // namespace

OperationRows::OperationRows(std::shared_ptr<const BlockCatalog> catalog)
    : RowSet(Table::kSpans, catalog->operations.size()), catalog_(std::move(catalog)) {
  std::vector<const model::Resource*> services;
  for (std::string_view service : catalog_->services)
    services.push_back(ResourceOf(service, arena_));
  std::vector<const model::Resource*> resources;
  std::vector<std::string_view> names;
  std::vector<uint64_t> kinds;
  for (const BlockOperation& operation : catalog_->operations) {
    resources.push_back(services[operation.service]);
    names.push_back(operation.name);
    kinds.push_back(operation.kind);
  }
  resources_ = std::move(resources);
  names_ = std::move(names);
  kinds_ = std::move(kinds);
}

std::optional<std::vector<uint64_t>> OperationRows::SpanCounts(const BlockCatalog& catalog,
                                                               uint64_t row_count) {
  std::vector<uint64_t> counts;
  uint64_t sum = 0;
  for (const BlockOperation& operation : catalog.operations) {
    counts.push_back(operation.span_count);
    sum += operation.span_count;
  }
  if (sum != row_count) return std::nullopt;
  return counts;
}

Result<const ColumnData*> OperationRows::LoadStored(Field field) {
  switch (field) {
    case Field::kResource: return &resources_;
    case Field::kName: return &names_;
    case Field::kKind: return &kinds_;
    default: return Internal("operations have no such column");
  }
}

Result<std::vector<model::AttributeValue>> OperationRows::ReadAttribute(const std::string&) {
  return Internal("operations have no attributes");
}

}  // namespace spanhound::store
