#include "spanhound/propagation.h"

#include <gtest/gtest.h>
#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/trace/context.h>

#include <boost/beast/http/fields.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "span_recorder.h"

namespace spanhound::sdk {
namespace {

constexpr char kTraceId[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

using HeaderList = std::vector<std::pair<std::string, std::string>>;

std::string TraceIdIn(const TextMapCarrier& carrier) {
  const auto context = opentelemetry::trace::GetSpan(Extract(carrier))->GetContext();
  return context.IsValid() ? Hex(context.trace_id()) : "";
}

TEST(PropagationTest, ReadsEveryKindOfHeaders) {
  SpanRecorder recorder;
  const std::map<std::string, std::string> map = {{"Traceparent", kParent}};
  EXPECT_EQ(TraceIdIn(HeaderCarrier(map)), kTraceId);
  const HeaderList list = {{"accept", "*/*"}, {"TRACEPARENT", kParent}};
  EXPECT_EQ(TraceIdIn(HeaderCarrier(list)), kTraceId);
  boost::beast::http::fields fields;
  fields.set("TraceParent", kParent);
  EXPECT_EQ(TraceIdIn(BeastCarrier(std::as_const(fields))), kTraceId);
  const std::multimap<std::string_view, std::string_view> metadata = {{"traceparent", kParent}};
  EXPECT_EQ(TraceIdIn(GrpcMetadataReader(metadata)), kTraceId);
}

TEST(PropagationTest, RepeatedTraceparentIsAbsentAndRepeatedTracestateOneList) {
  SpanRecorder recorder;
  boost::beast::http::fields fields;
  fields.insert("traceparent", kParent);
  fields.insert("tracestate", "a=1");
  fields.insert("tracestate", "b=2");
  fields.insert("tracestate", "c=3");
  const BeastCarrier carrier(fields);
  EXPECT_EQ(carrier.Get("tracestate"), "a=1,b=2,c=3");
  EXPECT_EQ(TraceIdIn(carrier), kTraceId);
  fields.insert("traceparent", kParent);
  EXPECT_EQ(carrier.Get("traceparent"), "");
  EXPECT_EQ(TraceIdIn(carrier), "");
}

TEST(PropagationTest, InjectReplacesWhatWasThere) {
  SpanRecorder recorder;
  const HeaderList incoming = {{"traceparent", kParent}, {"baggage", "username=donuts"}};
  const Context context = Extract(HeaderCarrier(incoming));

  HeaderList list = {{"TraceParent", "stale"}, {"accept", "*/*"}};
  HeaderCarrier carrier(list);
  Inject(carrier, context);
  EXPECT_EQ(
      list,
      (HeaderList{{"accept", "*/*"}, {"traceparent", kParent}, {"baggage", "username=donuts"}}));

  std::multimap<std::string, std::string> metadata = {{"traceparent", "x"}, {"traceparent", "y"}};
  GrpcMetadataWriter writer(metadata);
  Inject(writer, context);
  EXPECT_EQ(metadata.count("traceparent"), 1u);
  EXPECT_EQ(metadata.find("traceparent")->second, kParent);

  boost::beast::http::fields fields;
  fields.insert("traceparent", "x");
  BeastCarrier beast(fields);
  Inject(beast, context);
  EXPECT_EQ(fields["traceparent"], kParent);
  EXPECT_EQ(fields["baggage"], "username=donuts");
}

TEST(PropagationTest, UnprintableAndOverlongValuesDoNotLeave) {
  HeaderList list;
  HeaderCarrier carrier(list);
  carrier.Set("baggage", "a=b;x\r\nevil: 1");
  carrier.Set("tracestate", "caf\xC3\xA9");
  carrier.Set("baggage", std::string(kHttpValueBytesMax + 1, 'a'));
  EXPECT_TRUE(list.empty());
  std::multimap<std::string, std::string> metadata;
  GrpcMetadataWriter writer(metadata);
  writer.Set("baggage", std::string(kGrpcValueBytesMax + 1, 'a'));
  writer.Set("baggage", std::string("\0", 1));
  EXPECT_TRUE(metadata.empty());
  writer.Set("X-B3-TraceId", "1");
  EXPECT_EQ(metadata.count("x-b3-traceid"), 1u) << "HTTP/2 allows lower case only";
}

TEST(PropagationTest, RunInContextLeavesNothingBehind) {
  const Context before = opentelemetry::context::RuntimeContext::GetCurrent();
  const Context context = Context().SetValue("key", true);
  EXPECT_EQ(
      RunInContext(context,
                   [&] {
                     EXPECT_TRUE(opentelemetry::context::RuntimeContext::GetCurrent() == context);
                     return 7;
                   }),
      7);
  EXPECT_TRUE(opentelemetry::context::RuntimeContext::GetCurrent() == before);
}

}  // namespace
}  // namespace spanhound::sdk
