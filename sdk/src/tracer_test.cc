#include "tracer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/proto/trace/v1/trace.pb.h>
#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/sdk/trace/samplers/parent.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/scope.h>

#include <string>
#include <vector>

#include "remote_parent.h"

namespace spanhound::sdk {
namespace {

namespace proto = opentelemetry::proto::trace::v1;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
using ::testing::ElementsAre;

class KeptRecords : public RecordSink {
 public:
  void Add(const EncodedRecord& record) noexcept override {
    spans.emplace_back();
    EXPECT_TRUE(spans.back().ParseFromString(std::string(record.bytes)));
    scopes.push_back(record.scope);
  }
  bool Flush(std::uint64_t) noexcept override { return true; }
  std::vector<proto::Span> spans;
  std::vector<const Scope*> scopes;
};

class TracerTest : public ::testing::Test {
 protected:
  explicit TracerTest(
      std::unique_ptr<sdk_trace::Sampler> root = std::make_unique<sdk_trace::AlwaysOnSampler>())
      : provider_(MakeTracerProvider(
            {.sampler = std::make_unique<sdk_trace::ParentBasedSampler>(std::move(root)),
             .limits = {},
             .sink = sink_})) {}

  opentelemetry::nostd::shared_ptr<trace::Span> Start(const Context& parent) {
    trace::StartSpanOptions options;
    options.parent = parent;
    return provider_->GetTracer("test")->StartSpan("op", options);
  }
  static Context Remote(std::uint8_t flags, SamplingWish wish = SamplingWish::kNone) {
    const auto ids = ReadSpanContext("abc", "d", false);
    return WithRemoteParent(Context(),
                            {ids.trace_id(), ids.span_id(), trace::TraceFlags(flags), true}, wish);
  }

  const std::shared_ptr<KeptRecords> sink_ = std::make_shared<KeptRecords>();
  const std::shared_ptr<StoppableTracerProvider> provider_;
};

class UnwillingTracerTest : public TracerTest {
 protected:
  UnwillingTracerTest() : TracerTest(std::make_unique<sdk_trace::AlwaysOffSampler>()) {}
};

TEST_F(TracerTest, ARootHasARandomIdAndSaysSo) {
  const auto span = Start(Context());
  EXPECT_TRUE(span->GetContext().IsValid());
  EXPECT_EQ(span->GetContext().trace_flags().flags(), 3);
  EXPECT_NE(Start(Context())->GetContext().trace_id(), span->GetContext().trace_id());
  span->End();
  EXPECT_EQ(sink_->spans.back().parent_span_id(), "");
}

TEST_F(TracerTest, AChildKeepsTraceAndRandomFlag) {
  for (const std::uint8_t flags : {1, 3}) {
    const auto span = Start(Remote(flags));
    EXPECT_EQ(span->GetContext().trace_id(), SpanContextIn(Remote(flags)).trace_id());
    EXPECT_EQ(span->GetContext().trace_flags().flags(), flags);
    span->End();
    EXPECT_EQ(sink_->spans.back().parent_span_id(), std::string("\0\0\0\0\0\0\0\xd", 8));
    EXPECT_EQ(sink_->spans.back().flags(), 0x300u | flags);
  }
}

TEST_F(TracerTest, TheCurrentSpanIsTheParentUnlessToldOtherwise) {
  const auto tracer = provider_->GetTracer("test");
  const auto outer = tracer->StartSpan("outer");
  const trace::Scope scope(outer);
  EXPECT_EQ(tracer->StartSpan("inner")->GetContext().trace_id(), outer->GetContext().trace_id());
  EXPECT_EQ(Start(Remote(1))->GetContext().trace_id(), SpanContextIn(Remote(1)).trace_id());
  const auto root = Start(Context().SetValue(trace::kIsRootSpanKey, true));
  EXPECT_NE(root->GetContext().trace_id(), outer->GetContext().trace_id());
}

TEST_F(TracerTest, UnsampledIsNotRecordedButPropagated) {
  const auto span = Start(Remote(2));
  EXPECT_FALSE(span->IsRecording());
  EXPECT_EQ(span->GetContext().trace_id(), SpanContextIn(Remote(2)).trace_id());
  EXPECT_NE(span->GetContext().span_id(), SpanContextIn(Remote(2)).span_id());
  EXPECT_EQ(span->GetContext().trace_flags().flags(), 2);
  span->End();
  EXPECT_TRUE(sink_->spans.empty());
}

TEST_F(TracerTest, WishesOfTheCaller) {
  EXPECT_FALSE(Start(WithWish(Context(), SamplingWish::kDrop))->IsRecording());
  EXPECT_TRUE(Start(Remote(0, SamplingWish::kDebug))->IsRecording());
  EXPECT_TRUE(Start(Remote(0, SamplingWish::kDecide))->IsRecording());
}

TEST_F(UnwillingTracerTest, WishesOfTheCaller) {
  EXPECT_FALSE(Start(Context())->IsRecording());
  EXPECT_TRUE(Start(WithWish(Context(), SamplingWish::kKeep))->IsRecording());
  EXPECT_TRUE(Start(WithWish(Context(), SamplingWish::kDebug))->IsRecording());
  EXPECT_FALSE(Start(Remote(0, SamplingWish::kDecide))->IsRecording());
}

TEST_F(TracerTest, NothingChangesAfterTheEnd) {
  const auto span = Start(Context());
  span->UpdateName("renamed");
  span->End();
  span->SetAttribute("late", 1);
  span->AddEvent("late");
  span->UpdateName("late");
  span->End();
  EXPECT_FALSE(span->IsRecording());
  ASSERT_EQ(sink_->spans.size(), 1u);
  EXPECT_EQ(sink_->spans[0].name(), "renamed");
  EXPECT_EQ(sink_->spans[0].attributes_size(), 0);
}

TEST_F(TracerTest, TheLastHandleEndsTheSpan) {
  Start(Context());
  EXPECT_EQ(sink_->spans.size(), 1u);
}

TEST_F(TracerTest, TimesAreTheCallers) {
  trace::StartSpanOptions start;
  start.start_system_time = opentelemetry::common::SystemTimestamp(std::chrono::seconds(100));
  start.start_steady_time = opentelemetry::common::SteadyTimestamp(std::chrono::seconds(5));
  trace::EndSpanOptions end;
  end.end_steady_time = opentelemetry::common::SteadyTimestamp(std::chrono::seconds(7));
  provider_->GetTracer("test")->StartSpan("op", start)->End(end);
  EXPECT_EQ(sink_->spans[0].start_time_unix_nano(), 100'000'000'000u);
  EXPECT_EQ(sink_->spans[0].end_time_unix_nano(), 102'000'000'000u);
}

TEST_F(TracerTest, TracersHaveScopes) {
  provider_->GetTracer("a", "1", "url")->StartSpan("op")->End();
  EXPECT_EQ(*sink_->scopes[0], (Scope{"a", "1", "url"}));
  EXPECT_EQ(provider_->GetTracer("a"), provider_->GetTracer("a"));
  EXPECT_NE(provider_->GetTracer("a"), provider_->GetTracer("a", "1"));
}

// More than are found without the lock.
TEST_F(TracerTest, EveryNameHasOneTracer) {
  constexpr int kNames = 40;
  std::vector<opentelemetry::nostd::shared_ptr<trace::Tracer>> tracers;
  for (int i = 0; i < kNames; ++i) tracers.push_back(provider_->GetTracer(std::to_string(i)));
  for (int i = 0; i < kNames; ++i) {
    EXPECT_EQ(provider_->GetTracer(std::to_string(i)), tracers[static_cast<std::size_t>(i)]);
    tracers[static_cast<std::size_t>(i)]->StartSpan("op")->End();
    EXPECT_EQ(sink_->scopes.back()->name, std::to_string(i));
  }
}

TEST_F(TracerTest, SpansAndTracersOutliveTheProvider) {
  auto provider = MakeTracerProvider(
      {.sampler = std::make_unique<sdk_trace::AlwaysOnSampler>(), .limits = {}, .sink = sink_});
  const auto tracer = provider->GetTracer("test");
  const auto span = tracer->StartSpan("before");
  provider->Stop();
  provider.reset();
  span->End();
  EXPECT_FALSE(tracer->StartSpan("after")->IsRecording());
  EXPECT_EQ(sink_->spans.size(), 1u);
}

}  // namespace
}  // namespace spanhound::sdk
