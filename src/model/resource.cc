#include "model/resource.h"

#include <algorithm>

#include "model/semantic_names.h"

namespace spanhound::model {

std::string_view Resource::service_name() const {
  const AttributeValue* name = FindAttribute(attributes, kServiceName);
  if (name == nullptr || name->type != ValueType::kString || name->text().empty()) {
    return kUnknownService;
  }
  return name->text();
}

bool operator==(const Resource& a, const Resource& b) {
  return a.dropped_attributes_count == b.dropped_attributes_count && a.schema_url == b.schema_url &&
         std::ranges::equal(a.attributes, b.attributes);
}

bool operator==(const Scope& a, const Scope& b) {
  return a.name == b.name && a.version == b.version &&
         a.dropped_attributes_count == b.dropped_attributes_count && a.schema_url == b.schema_url &&
         std::ranges::equal(a.attributes, b.attributes);
}

}  // namespace spanhound::model
