// The latest measurements of the cron job, for when Redis does not have them.
//
// Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "dashboard2api.pb.h"

namespace dashboard2api {

// By kind: "usage:nodes", "usage:pods:<namespace>".
using MeasurementsByKind = std::map<std::string, WeiYun::Dashboard2api::Measurements>;

inline constexpr char kNodeUsageKind[] = "usage:nodes";
inline std::string PodUsageKind(const std::string& name_space) {
  return "usage:pods:" + name_space;
}

class UsageBoard {
 public:
  // In place of everything before.
  void Publish(MeasurementsByKind measurements) {
    const std::lock_guard lock(mutex_);
    measurements_ = std::move(measurements);
  }

  // Nothing was measured, and why. What was measured before stays, until the next Publish.
  void NotMeasured(const std::string& why) {
    const std::lock_guard lock(mutex_);
    measurements_[kNodeUsageKind].set_missing(why);
  }

  // Why the last attempt measured nothing; empty if it did.
  std::string WhyNotMeasured() const { return Read(kNodeUsageKind).missing(); }

  // Empty if there is none.
  WeiYun::Dashboard2api::Measurements Read(const std::string& kind) const {
    const std::lock_guard lock(mutex_);
    const auto found = measurements_.find(kind);
    return found == measurements_.end() ? WeiYun::Dashboard2api::Measurements() : found->second;
  }

 private:
  mutable std::mutex mutex_;
  MeasurementsByKind measurements_;
};

}  // namespace dashboard2api
