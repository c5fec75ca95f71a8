// Whose telemetry a request brings or asks about: its tenant, named in a header (HTTP) or in
// metadata (gRPC). X-Scope-OrgID is what Grafana sends, x-tenant what Jaeger's programs send. Names
// come from outside and go into files, so few bytes are allowed in them. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::model {

inline constexpr std::string_view kDefaultTenant = "default";

// Longer names are refused; Grafana's limit is 150, most are far below.
inline constexpr size_t kTenantNameBytesMax = 128;

enum class Tenancy {
  kOff,       // everything belongs to the default tenant, whatever the headers say
  kByHeader,  // to the tenant the header names; without one, to the default tenant
};

// 1 to kTenantNameBytesMax of A-Z a-z 0-9 _ . -
bool IsTenantName(std::string_view name);

// `headers`: names in lower case. INVALID_ARGUMENT, naming the header but not repeating its value,
// for a value that is no tenant's name and for headers that name different tenants.
Result<std::string> TenantOf(Tenancy tenancy,
                             std::span<const std::pair<std::string, std::string>> headers);

// Makes `tenant` the one that TenantOf finds, whatever the headers said.
void SetTenant(std::string_view tenant, std::vector<std::pair<std::string, std::string>>* headers);

}  // namespace spanhound::model
