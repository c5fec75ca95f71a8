// How long data is kept, as asked for: by age, by bytes, by how full the disk is, for the whole
// store and for single tenants. Texts are what `spanhound serve --retention` takes. Values and pure
// functions; INVALID_ARGUMENT says which part of a text is wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace spanhound::store {

// Each one that is set holds.
struct RetentionLimits {
  std::optional<uint64_t> age_nanos;
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> disk_percent;
};

struct RetentionPolicy {
  RetentionLimits store;
  // By name. The age of a tenant replaces that of the store, its bytes hold besides those.
  std::map<std::string, RetentionLimits, std::less<>> tenants;

  const RetentionLimits* TenantLimits(std::string_view tenant) const;
  std::optional<uint64_t> AgeNanos(std::string_view tenant) const;
};

// "7d", "12h", "200GB", "80%", or several, as "7d,80%". Units: m, h, d, w; KB, MB, GB, TB (powers
// of 1,000) and KiB, MiB, GiB, TiB. Each kind of limit at most once.
Status AddRetention(std::string_view text, RetentionPolicy* policy);
// "NAME=7d,10GB"; a percentage of the disk cannot be a tenant's.
Status AddTenantRetention(std::string_view text, RetentionPolicy* policy);

// "7d,80%; tenant NAME: 30d", or "none".
std::string RetentionText(const RetentionPolicy& policy);

}  // namespace spanhound::store
