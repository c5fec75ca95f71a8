#include "store/head/head_budget.h"

#include <utility>

namespace spanhound::store {
namespace {

// Who has data is asked at most so often: a flood of requests that are about to be refused would
// ask every time.
constexpr int64_t kRefreshIntervalNanos = 1'000'000'000;

uint64_t ShareOf(const HeadLimits& limits) {
  if (limits.tenant_share >= 1) return limits.bytes_max;
  return static_cast<uint64_t>(static_cast<double>(limits.bytes_max) * limits.tenant_share);
}

}  // namespace

HeadBudget::HeadBudget(HeadLimits limits, const Clock& clock, Metrics& metrics,
                       std::function<std::vector<std::string>()> tenants)
    : limits_(limits),
      tenant_bytes_max_(ShareOf(limits)),
      clock_(clock),
      tenants_(std::move(tenants)),
      refused_full_(metrics.NewCounter("spanhound_store_refused_head_full_total",
                                       "Batches refused because the head was full.")),
      refused_share_(metrics.NewCounter("spanhound_store_refused_tenant_head_share_total",
                                        "Batches refused because their tenant held its share of "
                                        "the head.")),
      refused_tenants_(metrics.NewCounter("spanhound_store_refused_tenants_max_total",
                                          "Batches refused because of one tenant too many.")) {}

Status HeadBudget::Reserve(std::string_view tenant, uint64_t bytes, const HeadUse& head) {
  std::lock_guard lock(mutex_);
  return StatusOf(TryReserve(tenant, bytes, head));
}

Status HeadBudget::ReserveOrWait(std::string_view tenant, uint64_t bytes,
                                 const std::function<HeadUse()>& head,
                                 std::chrono::milliseconds wait_max) {
  std::unique_lock lock(mutex_);
  Verdict verdict = TryReserve(tenant, bytes, head());
  if (verdict == Verdict::kFull && bytes <= limits_.bytes_max) {
    room_.wait_for(lock, wait_max, [&] {
      verdict = TryReserve(tenant, bytes, head());
      return verdict != Verdict::kFull;
    });
  }
  return StatusOf(verdict);
}

void HeadBudget::NoteRoom() {
  { std::lock_guard lock(mutex_); }  // not between a waiter's look at the head and its sleep
  room_.notify_all();
}

HeadBudget::Verdict HeadBudget::TryReserve(std::string_view tenant, uint64_t bytes,
                                           const HeadUse& head) {
  if (!Knows(tenant)) return Verdict::kTooManyTenants;
  if (pending_bytes_ + head.bytes + bytes > limits_.bytes_max) return Verdict::kFull;
  const uint64_t pending = pending_of_tenant_.find(tenant)->second;
  if (IsOverShare(tenant, pending + head.tenant_bytes + bytes)) return Verdict::kOverShare;
  pending_bytes_ += bytes;
  pending_of_tenant_[std::string(tenant)] += bytes;
  return Verdict::kTaken;
}

Status HeadBudget::StatusOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kTaken: return Status::Ok();
    case Verdict::kFull:
      refused_full_.Add();
      return ResourceExhausted("the store cannot write as fast as data comes in; retry later");
    case Verdict::kOverShare:
      refused_share_.Add();
      return ResourceExhausted(
          "this tenant has its share of rows waiting to be written "
          "(tenant_head_share); retry later");
    case Verdict::kTooManyTenants: break;
  }
  refused_tenants_.Add();
  return FailedPrecondition("the store has data of " + std::to_string(pending_of_tenant_.size()) +
                            " tenants and takes no more (tenants_max)");
}

void HeadBudget::Release(std::string_view tenant, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  pending_bytes_ -= bytes;
  pending_of_tenant_.find(tenant)->second -= bytes;
}

// Makes the tenant known if there is room for it. From then on others leave it its share of the
// head, also if this first batch finds the head full.
bool HeadBudget::Knows(std::string_view tenant) {
  if (pending_of_tenant_.contains(tenant)) return true;
  if (pending_of_tenant_.empty() || pending_of_tenant_.size() >= limits_.tenants_max) {
    RefreshTenants();
  }
  if (pending_of_tenant_.contains(tenant)) return true;
  if (pending_of_tenant_.size() >= limits_.tenants_max) return false;
  pending_of_tenant_.try_emplace(std::string(tenant), 0);
  return true;
}

bool HeadBudget::IsOverShare(std::string_view tenant, uint64_t held_bytes) {
  if (held_bytes <= tenant_bytes_max_ || IsAlone(tenant)) return false;
  RefreshTenants();
  return !IsAlone(tenant);
}

bool HeadBudget::IsAlone(std::string_view tenant) const {
  return pending_of_tenant_.size() == (pending_of_tenant_.contains(tenant) ? 1 : 0);
}

// Forgets tenants whose data has been retired.
void HeadBudget::RefreshTenants() {
  if (clock_.MonotonicNanos() < refresh_due_nanos_) return;
  refresh_due_nanos_ = clock_.MonotonicNanos() + kRefreshIntervalNanos;
  erase_if(pending_of_tenant_, [](const auto& entry) { return entry.second == 0; });
  for (std::string& tenant : tenants_()) pending_of_tenant_.try_emplace(std::move(tenant), 0);
}

}  // namespace spanhound::store
