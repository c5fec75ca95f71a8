// One trace of a million spans: stored like any other, read in bounded memory, row by row or page
// by page. Fewer spans in debug builds, which take long enough as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "store/engine.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

#ifdef NDEBUG
constexpr size_t kSpans = 1'000'000;
#else
constexpr size_t kSpans = 50'000;
#endif
constexpr size_t kSpansPerBatch = 10'000;
constexpr uint64_t kMemoryBytesMax = 16u << 20;

class LargeTraceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Engine::Open(
        {.directory = "/data", .flush_bytes = 16u << 20, .head_bytes_max = uint64_t{2} << 30},
        files_, SystemClock(), metrics_);
    ASSERT_TRUE(opened.ok());
    store_ = std::move(opened).value();
    for (size_t first = 0; first < kSpans; first += kSpansPerBatch) {
      SpanBatchBuilder batch;
      for (size_t i = first; i < first + kSpansPerBatch; ++i) {
        batch
            .Add(1, i + 1, "loop", i, 10,
                 {{"i", model::AttributeValue::Int(static_cast<int64_t>(i))}})
            .parent_span_id = IdOf<model::SpanId>(1);
      }
      ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
    }
  }

  ScanRequest RequestTrace() const {
    ScanRequest request;
    request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual,
                                        std::string(IdOf<model::TraceId>(1).view()));
    request.columns = {{Field::kSpanId}, {Field::kTime}, {Field::kName}, {Field::kAttributes}};
    request.memory_bytes_max = kMemoryBytesMax;
    return request;
  }

  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
};

TEST_F(LargeTraceTest, IsReadRowByRow) {
  auto stream = store_->Scan(RequestTrace());
  ASSERT_TRUE(stream.ok());
  std::vector<bool> seen(kSpans);
  size_t rows = 0;
  while (true) {
    const auto batch = (*stream)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    if (!*batch) break;
    rows += (*batch)->row_count;
    for (uint64_t time : (*batch)->column<uint64_t>(1)) seen[time] = true;
  }
  EXPECT_EQ(rows, kSpans);
  EXPECT_EQ(std::ranges::count(seen, true), static_cast<ptrdiff_t>(kSpans));
}

TEST_F(LargeTraceTest, IsReadPageByPage) {
  ScanRequest request = RequestTrace();
  request.order = Order::kOldestFirst;
  request.limit = kSpans / 10;
  uint64_t next_time = 0;
  while (true) {
    auto stream = store_->Scan(request);
    ASSERT_TRUE(stream.ok());
    size_t page_rows = 0;
    while (true) {
      const auto batch = (*stream)->Next();
      ASSERT_TRUE(batch.ok()) << batch.status().ToString();
      if (!*batch) break;
      page_rows += (*batch)->row_count;
      for (uint64_t time : (*batch)->column<uint64_t>(1)) ASSERT_EQ(time, next_time++);
    }
    if (page_rows == 0) break;
    EXPECT_EQ(page_rows, request.limit);
    request.after = (*stream)->position();
  }
  EXPECT_EQ(next_time, kSpans);
}

}  // namespace
}  // namespace spanhound::store
