#include "store/compact/retention_policy.h"

#include <charconv>
#include <span>

namespace spanhound::store {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr uint64_t kMinuteNanos = 60'000'000'000;
// The first one that fits makes a text: "7d", not "1w".
constexpr Unit kAgeUnits[] = {
    {"d", 24 * 60 * kMinuteNanos},
    {"h", 60 * kMinuteNanos},
    {"m", kMinuteNanos},
    {"w", 7 * 24 * 60 * kMinuteNanos},
};
constexpr Unit kByteUnits[] = {
    {"TB", 1'000'000'000'000},  {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"KB", 1'000},
    {"TiB", uint64_t{1} << 40}, {"GiB", 1u << 30},     {"MiB", 1u << 20}, {"KiB", 1u << 10},
};

const Unit* FindUnit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

Status Wrong(std::string_view part, std::string_view why) {
  return InvalidArgument("'" + std::string(part) + "': " + std::string(why));
}

Status Set(std::string_view part, uint64_t number, uint64_t factor,
           std::optional<uint64_t>* limit) {
  if (number > UINT64_MAX / factor) return Wrong(part, "too large");
  if (limit->has_value()) return Wrong(part, "there is a limit of this kind already");
  *limit = number * factor;
  return Status::Ok();
}

Status AddPart(std::string_view part, RetentionLimits* limits) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  const std::string_view unit = part.substr(end - part.data());
  if (error != std::errc() || number == 0) return Wrong(part, "not a number above zero");
  if (unit == "%") {
    if (number > 99) return Wrong(part, "more than 99 % never happens");
    return Set(part, number, 1, &limits->disk_percent);
  }
  if (const Unit* age = FindUnit(kAgeUnits, unit)) {
    return Set(part, number, age->factor, &limits->age_nanos);
  }
  if (const Unit* bytes = FindUnit(kByteUnits, unit)) {
    return Set(part, number, bytes->factor, &limits->bytes);
  }
  return Wrong(part, "the unit is none of m, h, d, w, KB, MB, GB, TB, KiB, MiB, GiB, TiB, %");
}

Status AddParts(std::string_view text, RetentionLimits* limits) {
  while (true) {
    const size_t comma = text.find(',');
    RETURN_IF_ERROR(AddPart(text.substr(0, comma), limits));
    if (comma == std::string_view::npos) return Status::Ok();
    text.remove_prefix(comma + 1);
  }
}

void AppendLimit(std::string& out, uint64_t value, std::span<const Unit> units) {
  if (!out.empty()) out += ",";
  for (const Unit& unit : units) {
    if (value % unit.factor != 0) continue;
    out += std::to_string(value / unit.factor) + std::string(unit.name);
    return;
  }
}

std::string LimitsText(const RetentionLimits& limits) {
  constexpr Unit kPercent[] = {{"%", 1}};
  std::string text;
  if (limits.age_nanos) AppendLimit(text, *limits.age_nanos, kAgeUnits);
  if (limits.bytes) AppendLimit(text, *limits.bytes, kByteUnits);
  if (limits.disk_percent) AppendLimit(text, *limits.disk_percent, kPercent);
  return text.empty() ? "none" : text;
}

}  // namespace

const RetentionLimits* RetentionPolicy::TenantLimits(std::string_view tenant) const {
  const auto found = tenants.find(tenant);
  return found == tenants.end() ? nullptr : &found->second;
}

std::optional<uint64_t> RetentionPolicy::AgeNanos(std::string_view tenant) const {
  const RetentionLimits* own = TenantLimits(tenant);
  return own != nullptr && own->age_nanos ? own->age_nanos : store.age_nanos;
}

Status AddRetention(std::string_view text, RetentionPolicy* policy) {
  return AddParts(text, &policy->store);
}

Status AddTenantRetention(std::string_view text, RetentionPolicy* policy) {
  const size_t equals = text.find_last_of('=');
  if (equals == std::string_view::npos || equals == 0) return Wrong(text, "not NAME=LIMITS");
  RetentionLimits& limits = policy->tenants[std::string(text.substr(0, equals))];
  RETURN_IF_ERROR(AddParts(text.substr(equals + 1), &limits));
  if (limits.disk_percent) return Wrong(text, "a share of the disk is no limit of one tenant");
  return Status::Ok();
}

std::string RetentionText(const RetentionPolicy& policy) {
  std::string text = LimitsText(policy.store);
  for (const auto& [tenant, limits] : policy.tenants) {
    text += "; tenant " + tenant + ": " + LimitsText(limits);
  }
  return text;
}

}  // namespace spanhound::store
