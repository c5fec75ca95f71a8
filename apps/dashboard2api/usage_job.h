// The cron job: reads what nodes and pods use from the metrics API and writes it into Redis and
// onto the board.
//
// Threads: Run one at a time; Stop from any, and what it cuts short is no failure.
// Failure: in the current span, in the log and, for the readers, on the board. A cluster without a
// metrics API is no failure.
#pragma once

#include <atomic>
#include <string>

#include "dashboard2api/cache/answer_cache.h"
#include "dashboard2api/kube/api_connection.h"
#include "dashboard2api/usage_board.h"

namespace dashboard2api {

class UsageJob {
 public:
  // `cache` may be null: no Redis.
  UsageJob(const kube::ApiAccess& access, cache::AnswerCache* cache, UsageBoard& board);

  void Run();
  void Stop();

 private:
  service::Result<MeasurementsByKind> Measure();
  void Keep(const MeasurementsByKind& measurements);
  void Unmeasured(const service::Error& error);

  kube::ApiConnection connection_;
  std::atomic<bool> stopped_ = false;
  cache::AnswerCache* const cache_;
  UsageBoard& board_;
  std::string told_;  // what the log has said last, so that it says it once
};

}  // namespace dashboard2api
