#include "spanhound/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter.h>
#include <opentelemetry/sdk/trace/simple_processor.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/trace/noop.h>
#include <opentelemetry/trace/provider.h>

#include <opentelemetry/context/propagation/global_propagator.h>

#include <stdexcept>
#include <thread>

#include "propagators.h"

namespace spanhound::sdk {
namespace {

namespace memory = opentelemetry::exporter::memory;
namespace nostd = opentelemetry::nostd;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;
namespace propagation = opentelemetry::context::propagation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

class TraceTest : public ::testing::Test {
 protected:
  using Finished = std::vector<std::unique_ptr<sdk_trace::SpanData>>;

  TraceTest() {
    auto exporter = std::make_unique<memory::InMemorySpanExporter>();
    finished_ = exporter->GetData();
    auto processor = std::make_unique<sdk_trace::SimpleSpanProcessor>(std::move(exporter));
    trace::Provider::SetTracerProvider(nostd::shared_ptr<trace::TracerProvider>(
        new sdk_trace::TracerProvider(std::move(processor))));
    UsePropagators({"tracecontext", "baggage"});
  }
  ~TraceTest() override {
    trace::Provider::SetTracerProvider(
        nostd::shared_ptr<trace::TracerProvider>(new trace::NoopTracerProvider()));
    UsePropagators({});
  }

  static void UsePropagators(const std::vector<std::string>& names) {
    propagation::GlobalTextMapPropagator::SetGlobalPropagator(MakePropagator(names));
  }

  Finished Spans() { return finished_->GetSpans(); }
  std::unique_ptr<sdk_trace::SpanData> TheSpan() {
    Finished spans = Spans();
    EXPECT_EQ(spans.size(), 1u);
    return spans.empty() ? nullptr : std::move(spans[0]);
  }

  std::shared_ptr<memory::InMemorySpanData> finished_;
};

template <typename T>
T ValueOf(const auto& attributes, const std::string& key) {
  const auto found = attributes.find(key);
  if (found == attributes.end()) throw std::out_of_range(key);
  return absl::get<T>(found->second);
}

TEST_F(TraceTest, SpanIsCurrentInItsScopeAndEndsWithIt) {
  EXPECT_FALSE(CurrentSpan().context().IsValid());
  {
    Span outer("outer");
    EXPECT_EQ(CurrentSpan().span_id(), outer.span_id());
    {
      Span inner("inner");
      EXPECT_EQ(CurrentSpan().span_id(), inner.span_id());
    }
    EXPECT_EQ(CurrentSpan().span_id(), outer.span_id());
    EXPECT_EQ(Spans().size(), 1u);
  }
  EXPECT_FALSE(CurrentSpan().context().IsValid());
  EXPECT_EQ(Spans().size(), 1u) << "GetSpans takes what it returns";
}

TEST_F(TraceTest, NestedSpanHasItsParent) {
  {
    Span outer("outer");
    Span inner("inner");
  }
  const Finished spans = Spans();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0]->GetName(), "inner");
  EXPECT_EQ(spans[0]->GetParentSpanId(), spans[1]->GetSpanId());
  EXPECT_EQ(spans[0]->GetTraceId(), spans[1]->GetTraceId());
  EXPECT_FALSE(spans[1]->GetParentSpanId().IsValid());
}

const AttributeKey<std::string> kTextKey("preset.text");
const AttributeKey<std::int64_t> kNumberKey("preset.number");

TEST_F(TraceTest, AttributesOfEveryType) {
  {
    const std::string text = "text";
    Span span("s", {{"literal", "world"}, {"text", text}, {"view", std::string_view(text)}});
    const char* const nothing = nullptr;
    span.Set({"pointer", text.c_str()});
    span.Set({"null", nothing});
    span.Set({"bool", true});
    span.Set({{"int", 1}, {"unsigned", 2u}, {"long long", 3LL}, {"float", 1.5F}, {"double", 2.5}});
    span.Set({"list", std::vector<std::int64_t>{4, 5}});
    span.Set(kTextKey("a value"));
    span.Set(kTextKey(text + " again"));
    span.Set(kNumberKey(7));
  }
  const auto span = TheSpan();
  const auto& attributes = span->GetAttributes();
  EXPECT_EQ(ValueOf<std::string>(attributes, "literal"), "world");
  EXPECT_EQ(ValueOf<std::string>(attributes, "text"), "text");
  EXPECT_EQ(ValueOf<std::string>(attributes, "view"), "text");
  EXPECT_EQ(ValueOf<std::string>(attributes, "pointer"), "text");
  EXPECT_EQ(ValueOf<std::string>(attributes, "null"), "");
  EXPECT_TRUE(ValueOf<bool>(attributes, "bool"));
  EXPECT_EQ(ValueOf<std::int64_t>(attributes, "int"), 1);
  EXPECT_EQ(ValueOf<std::int64_t>(attributes, "unsigned"), 2);
  EXPECT_EQ(ValueOf<std::int64_t>(attributes, "long long"), 3);
  EXPECT_EQ(ValueOf<double>(attributes, "float"), 1.5);
  EXPECT_EQ(ValueOf<double>(attributes, "double"), 2.5);
  EXPECT_THAT(ValueOf<std::vector<std::int64_t>>(attributes, "list"), ElementsAre(4, 5));
  EXPECT_EQ(ValueOf<std::string>(attributes, "preset.text"), "text again");
  EXPECT_EQ(ValueOf<std::int64_t>(attributes, "preset.number"), 7);
}

TEST_F(TraceTest, EventsWithAndWithoutAttributes) {
  {
    Span span("s");
    span.AddEvent("plain");
    span.AddEvent("full", {{"pid", 4328}, {"signal", "SIGHUP"}});
  }
  const auto span = TheSpan();
  ASSERT_EQ(span->GetEvents().size(), 2u);
  EXPECT_EQ(span->GetEvents()[0].GetName(), "plain");
  EXPECT_THAT(span->GetEvents()[0].GetAttributes(), IsEmpty());
  EXPECT_EQ(ValueOf<std::int64_t>(span->GetEvents()[1].GetAttributes(), "pid"), 4328);
  EXPECT_EQ(ValueOf<std::string>(span->GetEvents()[1].GetAttributes(), "signal"), "SIGHUP");
}

TEST_F(TraceTest, RecordErrorLeavesTheStatus) {
  {
    Span span("s");
    span.RecordError(std::out_of_range("too far"));
  }
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), StatusCode::kUnset);
  ASSERT_EQ(span->GetEvents().size(), 1u);
  EXPECT_EQ(span->GetEvents()[0].GetName(), "exception");
  const auto& attributes = span->GetEvents()[0].GetAttributes();
  EXPECT_EQ(ValueOf<std::string>(attributes, "exception.type"), "std::out_of_range");
  EXPECT_EQ(ValueOf<std::string>(attributes, "exception.message"), "too far");
}

TEST_F(TraceTest, FailSetsItToo) {
  {
    Span span("s");
    span.Fail("no answer", "TimeoutError");
  }
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), StatusCode::kError);
  EXPECT_EQ(span->GetDescription(), "no answer");
  EXPECT_EQ(ValueOf<std::string>(span->GetEvents()[0].GetAttributes(), "exception.type"),
            "TimeoutError");
}

TEST_F(TraceTest, OptionsOfASpan) {
  Span outer("outer");
  SpanContext cause = outer.context();
  {
    Span span("s", {}, {.kind = SpanKind::kConsumer, .root = true, .links = {cause}});
    span.UpdateName("renamed");
    span.SetStatus(StatusCode::kOk);
  }
  const auto span = TheSpan();
  EXPECT_EQ(span->GetName(), "renamed");
  EXPECT_EQ(span->GetSpanKind(), SpanKind::kConsumer);
  EXPECT_EQ(span->GetStatus(), StatusCode::kOk);
  EXPECT_NE(span->GetTraceId(), outer.context().trace_id());
  EXPECT_FALSE(span->GetParentSpanId().IsValid());
  ASSERT_EQ(span->GetLinks().size(), 1u);
  EXPECT_EQ(span->GetLinks()[0].GetSpanContext().span_id(), cause.span_id());
}

TEST_F(TraceTest, AParentContextWithoutSpanMeansRoot) {
  Span outer("outer");
  Span span("s", {}, {.parent = Context()});
  EXPECT_NE(span.trace_id(), outer.trace_id()) << "not the thread's current span";
}

TEST_F(TraceTest, StartSpanDoesNotBecomeCurrent) {
  SpanRef span = StartSpan("detached");
  EXPECT_FALSE(CurrentSpan().context().IsValid());
  {
    ContextScope scope(span);
    EXPECT_EQ(CurrentSpan().span_id(), span.span_id());
  }
  EXPECT_THAT(Spans(), IsEmpty());
  std::thread([span]() mutable { span.End(); }).join();
  EXPECT_EQ(Spans().size(), 1u);
}

TEST_F(TraceTest, ContextMovesToAnotherThread) {
  Span outer("outer");
  std::string trace_id;
  std::thread([&trace_id, context = CurrentContext()] {
    EXPECT_FALSE(CurrentSpan().context().IsValid());
    ContextScope scope(context);
    Span inner("inner");
    trace_id = inner.trace_id();
  }).join();
  EXPECT_EQ(trace_id, outer.trace_id());
}

TEST_F(TraceTest, InjectAndExtract) {
  Carrier carrier;
  std::string trace_id, span_id;
  {
    Span client("client");
    const ContextScope bag = SetBaggage("username", "do,nuts=1 %");
    Inject(carrier);
    trace_id = client.trace_id();
    span_id = client.span_id();
  }
  EXPECT_THAT(carrier, UnorderedElementsAre(Key("traceparent"), Key("baggage")));
  EXPECT_EQ(carrier["traceparent"], "00-" + trace_id + "-" + span_id + "-01");
  Spans();
  const Context caller = Extract(carrier);
  EXPECT_EQ(GetBaggage("username", caller), "do,nuts=1 %");
  EXPECT_EQ(GetBaggage("other", caller), "");
  { Span server("server", {}, {.parent = caller}); }
  const auto server = TheSpan();
  char parent[16];
  server->GetParentSpanId().ToLowerBase16(parent);
  EXPECT_EQ(std::string(parent, sizeof(parent)), span_id);
}

TEST_F(TraceTest, ExtractFindsHeadersInAnyCase) {
  const Context caller =
      Extract({{"TraceParent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  const ContextScope scope(caller);
  EXPECT_EQ(CurrentSpan().trace_id(), "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(TraceTest, BaggageEndsWithItsScopeAndAddsUp) {
  const ContextScope first = SetBaggage("a", "1");
  {
    const ContextScope second = SetBaggage("b", "2");
    EXPECT_EQ(GetBaggage("a"), "1");
    EXPECT_EQ(GetBaggage("b"), "2");
  }
  EXPECT_EQ(GetBaggage("a"), "1");
  EXPECT_EQ(GetBaggage("b"), "");
}

TEST_F(TraceTest, ThePropagatorNamedFirstWins) {
  const Carrier both{{"traceparent", "00-11111111111111111111111111111111-1111111111111111-01"},
                     {"b3", "22222222222222222222222222222222-2222222222222222-1"}};
  const auto extracted = [&] {
    const ContextScope scope(Extract(both));
    return CurrentSpan().trace_id().substr(0, 1);
  };
  UsePropagators({"tracecontext", "b3"});
  EXPECT_EQ(extracted(), "1");
  UsePropagators({"b3", "tracecontext"});
  EXPECT_EQ(extracted(), "2");
}

TEST_F(TraceTest, EveryPropagatorWritesItsHeaders) {
  const auto headers_of = [&](const char* name) {
    UsePropagators({name});
    Span span("s");
    Carrier carrier;
    Inject(carrier);
    return carrier;
  };
  EXPECT_THAT(headers_of("tracecontext"), ElementsAre(Key("traceparent")));
  EXPECT_THAT(headers_of("b3"), ElementsAre(Key("b3")));
  EXPECT_THAT(headers_of("b3multi"),
              ElementsAre(Key("X-B3-Sampled"), Key("X-B3-SpanId"), Key("X-B3-TraceId")));
  EXPECT_THAT(headers_of("jaeger"), ElementsAre(Key("uber-trace-id")));
}

TEST(TraceWithoutSetupTest, DoesNothing) {
  Span span("nobody listens", {{"a", 1}});
  span.AddEvent("x");
  span.Fail(std::runtime_error("y"));
  EXPECT_FALSE(span.IsRecording());
  EXPECT_EQ(span.trace_id(), std::string(32, '0'));
}

}  // namespace
}  // namespace spanhound::sdk
