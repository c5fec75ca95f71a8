// The telemetry of a case in a real store, in every state in which a store may hold it. For tests
// only.
#pragma once

#include <array>
#include <future>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "query/testing/telemetry_text.h"
#include "store/store.h"
#include "store/testing/memory_file_system.h"

namespace spanhound::query {

enum class StoredAs { kHead, kBlock, kReopened, kHalfAndHalf };
inline constexpr std::array<StoredAs, 4> kAllWays = {StoredAs::kHead, StoredAs::kBlock,
                                                     StoredAs::kReopened, StoredAs::kHalfAndHalf};

inline std::string_view NameOf(StoredAs way) {
  constexpr std::array<std::string_view, 4> kNames = {"all rows in the head", "all rows in a block",
                                                      "store reopened", "half in a block"};
  return kNames[static_cast<size_t>(way)];
}

class StoredTelemetry {
 public:
  StoredTelemetry(const std::vector<std::string>& span_lines,
                  const std::vector<std::string>& log_lines, StoredAs way) {
    Open();
    model::SpanBatch spans = SpansFromText(span_lines);
    model::LogBatch logs = LogsFromText(log_lines);
    if (way == StoredAs::kHalfAndHalf) {
      Append(HalfOf(SpansFromText(span_lines), &model::SpanBatch::spans, /*first=*/true));
      Append(HalfOf(LogsFromText(log_lines), &model::LogBatch::records, /*first=*/true));
      Must(store_->Flush());
      spans = HalfOf(std::move(spans), &model::SpanBatch::spans, /*first=*/false);
      logs = HalfOf(std::move(logs), &model::LogBatch::records, /*first=*/false);
    }
    Append(std::move(spans));
    Append(std::move(logs));
    if (way == StoredAs::kBlock) Must(store_->Flush());
    if (way == StoredAs::kReopened) Open();
  }

  store::Store& store() { return *store_; }

 private:
  static void Must(const Status& status) {
    if (!status.ok()) BadText("store", status.ToString());
  }

  void Open() {
    store_.reset();
    store::StoreOptions options;
    options.directory = "/data";
    auto store = store::Store::Open(options, files_, SystemClock(), metrics_);
    Must(store.status());
    store_ = std::move(store).value();
  }

  template <typename Batch>
  void Append(Batch batch) {
    std::promise<Status> done;
    store_->Append(std::move(batch), [&done](Status status) { done.set_value(std::move(status)); });
    Must(done.get_future().get());
  }

  // Every other row.
  template <typename Batch, typename Rows>
  static Batch HalfOf(Batch batch, Rows Batch::*rows, bool first) {
    Rows half;
    for (size_t i = 0; i < (batch.*rows).size(); ++i) {
      if ((i % 2 == 0) == first) half.push_back((batch.*rows)[i]);
    }
    batch.*rows = std::move(half);
    return batch;
  }

  store::MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace spanhound::query
