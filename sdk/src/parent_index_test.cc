#include "parent_index.h"

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>

#include <cstring>
#include <vector>

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

trace::SpanId SpanIdOf(std::uint64_t number) {
  std::uint8_t bytes[8] = {};
  std::memcpy(bytes, &number, sizeof(bytes));
  return trace::SpanId(bytes);
}

std::unique_ptr<opentelemetry::sdk::trace::Recordable> Start(
    opentelemetry::sdk::trace::SpanProcessor* index, std::uint64_t span, std::uint64_t parent) {
  auto recordable = index->MakeRecordable();
  const std::uint8_t trace_id[16] = {1};
  recordable->SetIdentity({trace::TraceId(trace_id), SpanIdOf(span), trace::TraceFlags(1), false},
                          SpanIdOf(parent));
  return recordable;
}

TEST(ParentIndexTest, KnowsASpanWhileItLives) {
  const auto index = MakeParentIndexProcessor();
  auto span = Start(index.get(), 2, 1);
  EXPECT_EQ(FindParent(SpanIdOf(2)), SpanIdOf(1));
  EXPECT_EQ(FindParent(SpanIdOf(1)), std::nullopt);
  index->OnEnd(std::move(span));
  EXPECT_EQ(FindParent(SpanIdOf(2)), std::nullopt);
}

TEST(ParentIndexTest, ASpanThatIsNeverEndedIsForgottenWithItsRecordable) {
  const auto index = MakeParentIndexProcessor();
  { const auto span = Start(index.get(), 3, 1); }
  EXPECT_EQ(FindParent(SpanIdOf(3)), std::nullopt);
}

TEST(ParentIndexTest, IsBounded) {
  const auto index = MakeParentIndexProcessor();
  std::vector<std::unique_ptr<opentelemetry::sdk::trace::Recordable>> spans;
  for (std::uint64_t i = 1; i <= kLiveSpansMax + 1000; ++i) {
    spans.push_back(Start(index.get(), i, i + 1));
  }
  EXPECT_EQ(CountLiveSpans(), kLiveSpansMax);
  EXPECT_EQ(FindParent(SpanIdOf(kLiveSpansMax + 1000)), std::nullopt);
  spans.clear();
  EXPECT_EQ(CountLiveSpans(), 0u);
}

}  // namespace
}  // namespace spanhound::sdk
