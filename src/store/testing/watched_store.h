// WatchedStore: a store on a MemoryFileSystem whose every append goes to a StoreOracle too, with
// batches that a number decides. For tests only. One thread at a time.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "store/engine.h"
#include "store/testing/manual_clock.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"
#include "store/testing/store_oracle.h"

namespace spanhound::store {

class WatchedStore {
 public:
  explicit WatchedStore(MemoryFileSystem& files) : files_(files) {
    options.directory = "/data";
    options.sync_interval_ms = 1u << 30;  // by the store's thread, which nobody decides
  }

  StoreOptions options;
  size_t row_group_rows = 5;  // so small that everything crosses their borders
  // How far apart batches are in time.
  int64_t batch_step_nanos = 0;

  Status Open() {
    LetTimePass(1'000'000'000);
    auto store = Engine::Open(options, files_, clock_, metrics_, row_group_rows);
    if (!store.ok()) return store.status();
    store_ = std::move(store).value();
    return Status::Ok();
  }
  void Close() { store_.reset(); }
  bool is_open() const { return store_ != nullptr; }

  Engine& store() { return *store_; }
  StoreOracle& oracle() { return oracle_; }

  // All at once, as from several callers; new numbers are new batches, old ones are sent again. The
  // first is held at the disk until the others wait, so that those form one group in every run.
  std::vector<Status> Append(const std::vector<uint64_t>& numbers) {
    LetTimePass(1'000'000 + batch_step_nanos * static_cast<int64_t>(numbers.size()));
    const bool is_held = options.flush_bytes > kFlushedByItself;
    std::vector<std::future<Status>> answers;
    if (is_held) files_.Hold();
    for (uint64_t number : numbers) {
      answers.push_back(Send(number));
      if (is_held && answers.size() == 1) WaitUntilHeld(answers[0]);
    }
    files_.Release();
    std::vector<Status> statuses;
    for (size_t i = 0; i < answers.size(); ++i) {
      statuses.push_back(answers[i].get());
      if (statuses[i].ok()) oracle_.Acknowledge(numbers[i]);
    }
    if (options.durability == Durability::kSync) oracle_.AllIsSynced();
    return statuses;
  }

  Status Flush() {
    Status flushed = store_->Flush();
    if (flushed.ok()) oracle_.AllIsSynced();
    return flushed;
  }

  Status Compact() { return store_->Compact(); }

  // From now on batches older than options.retention keeps may have been dropped, and no others.
  void LetTimePass(int64_t nanos) {
    clock_.Advance(nanos);
    const auto& age_nanos = options.retention.store.age_nanos;
    if (!age_nanos) return;
    const int64_t oldest = clock_.NowUnixNanos() - static_cast<int64_t>(*age_nanos);
    oracle_.MayDrop([&](uint64_t number) { return TimeOf(number) < oldest; });
  }

  // With a smaller budget flushes happen in the background, where no seed decides when.
  static constexpr uint64_t kFlushedByItself = 20'000;

 private:
  // When it was sent first: sent again it is the same, and may be old by then.
  int64_t TimeOf(uint64_t number) {
    return times_.try_emplace(number, clock_.NowUnixNanos()).first->second;
  }

  void WaitUntilHeld(const std::future<Status>& answer) {
    while (files_.held_count() == 0 &&
           answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }

  std::future<Status> Send(uint64_t number) {
    const std::string tenant = number % 5 == 0 ? "other" : "default";
    RandomBatch batch(number, static_cast<uint64_t>(TimeOf(number)));
    return number % 3 == 0 ? SendBatch(number, batch.Logs(tenant))
                           : SendBatch(number, batch.Spans(tenant));
  }

  template <typename Batch>
  std::future<Status> SendBatch(uint64_t number, Batch batch) {
    oracle_.Submit(number, batch);
    auto answer = std::make_shared<std::promise<Status>>();
    store_->Append(std::move(batch),
                   [answer](Status status) { answer->set_value(std::move(status)); });
    return answer->get_future();
  }

  MemoryFileSystem& files_;
  ManualClock clock_;
  Metrics metrics_;
  StoreOracle oracle_;
  std::map<uint64_t, int64_t> times_;  // by batch
  std::unique_ptr<Engine> store_;
};

}  // namespace spanhound::store
