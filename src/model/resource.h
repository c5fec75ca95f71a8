// Who produced telemetry (Resource) and which library recorded it (Scope). Views into a batch.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/attribute.h"

namespace spanhound::model {

struct Resource {
  std::span<const Attribute> attributes;
  uint32_t dropped_attributes_count = 0;
  std::string_view schema_url;

  // service.name, or "unknown_service" as the semantic conventions ask when it is absent or empty.
  std::string_view service_name() const;
};

struct Scope {
  std::string_view name;
  std::string_view version;
  std::span<const Attribute> attributes;
  uint32_t dropped_attributes_count = 0;
  std::string_view schema_url;
};

bool operator==(const Resource& a, const Resource& b);
bool operator==(const Scope& a, const Scope& b);

}  // namespace spanhound::model
