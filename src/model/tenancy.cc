#include "model/tenancy.h"

#include <algorithm>

namespace spanhound::model {
namespace {

struct TenantHeader {
  std::string_view lower_case_name;
  std::string_view shown_name;
};
constexpr TenantHeader kTenantHeaders[] = {{"x-scope-orgid", "X-Scope-OrgID"},
                                           {"x-tenant", "x-tenant"}};

const TenantHeader* FindTenantHeader(std::string_view lower_case_name) {
  const auto* found =
      std::ranges::find(kTenantHeaders, lower_case_name, &TenantHeader::lower_case_name);
  return found == std::end(kTenantHeaders) ? nullptr : found;
}

bool IsTenantNameByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

}  // namespace

bool IsTenantName(std::string_view name) {
  return !name.empty() && name.size() <= kTenantNameBytesMax &&
         std::ranges::all_of(name, IsTenantNameByte);
}

Result<std::string> TenantOf(Tenancy tenancy,
                             std::span<const std::pair<std::string, std::string>> headers) {
  if (tenancy == Tenancy::kOff) return std::string(kDefaultTenant);
  const std::string* tenant = nullptr;
  for (const auto& [name, value] : headers) {
    const TenantHeader* header = FindTenantHeader(name);
    if (header == nullptr) continue;
    if (!IsTenantName(value)) {
      return InvalidArgument("header " + std::string(header->shown_name) +
                             " must be 1 to 128 characters of A-Z a-z 0-9 _ . -");
    }
    if (tenant != nullptr && *tenant != value) {
      return InvalidArgument("headers X-Scope-OrgID and x-tenant name different tenants");
    }
    tenant = &value;
  }
  return tenant == nullptr ? std::string(kDefaultTenant) : *tenant;
}

void SetTenant(std::string_view tenant, std::vector<std::pair<std::string, std::string>>* headers) {
  std::erase_if(*headers,
                [](const auto& header) { return FindTenantHeader(header.first) != nullptr; });
  headers->emplace_back(kTenantHeaders[0].lower_case_name, tenant);
}

}  // namespace spanhound::model
