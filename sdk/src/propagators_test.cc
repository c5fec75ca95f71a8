// Every propagator as a table: headers in, context, headers out.
#include "propagators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opentelemetry/trace/default_span.h>

#include <map>

#include "remote_parent.h"
#include "spanhound/propagation.h"
#include "spanhound/trace.h"
#include "trace_context_propagator.h"

namespace spanhound::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Headers = std::multimap<std::string, std::string>;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kSpan[] = "b7ad6b7169203331";
const std::string kBoth = std::string(kTrace) + "-" + kSpan;

Context ExtractBy(const std::string& names, const Headers& headers) {
  const HeaderCarrier<const Headers> carrier(headers);
  Context empty;
  std::vector<std::string> list;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    list.push_back(names.substr(at, comma - at));
    at = comma + 1;
  }
  return MakePropagator(list)->Extract(carrier, empty);
}

Headers InjectBy(const std::string& name, const Context& context) {
  Headers headers;
  HeaderCarrier<Headers> carrier(headers);
  MakePropagator({name})->Inject(carrier, context);
  return headers;
}

// "trace id-span id-flags", or "" when there is no parent.
std::string Parent(const Context& context) {
  const SpanContext span = SpanContextIn(context);
  if (!span.IsValid()) return "";
  const SpanRef ref(SpanRef::OtelSpan(new opentelemetry::trace::DefaultSpan(span)));
  return ref.trace_id() + "-" + ref.span_id() + "-" + std::to_string(span.trace_flags().flags());
}

struct ParentCase {
  const char* propagator;
  Headers headers;
  std::string parent;
  SamplingWish wish = SamplingWish::kNone;
};

TEST(PropagatorsTest, ReadsTheParent) {
  const std::string w3c = "00-" + kBoth;
  const std::string colons = std::string(kTrace) + ":" + kSpan + ":0:";
  const std::string short_trace = "00000000000000000000000000000abc-000000000000000d-1";
  const ParentCase cases[] = {
      {"tracecontext", {{"traceparent", w3c + "-01"}}, kBoth + "-1"},
      {"tracecontext", {{"TraceParent", w3c + "-03"}}, kBoth + "-3"},
      {"tracecontext", {{"traceparent", w3c + "-ff"}}, kBoth + "-3"},
      {"tracecontext", {{"traceparent", " \t" + w3c + "-02 "}}, kBoth + "-2"},
      {"tracecontext", {{"traceparent", "cc-" + kBoth + "-01-what-comes"}}, kBoth + "-1"},
      {"tracecontext", {{"traceparent", "cc-" + kBoth + "-01."}}, ""},
      {"tracecontext", {{"traceparent", w3c + "-01-"}}, ""},
      {"tracecontext", {{"traceparent", w3c + "-1"}}, ""},
      {"tracecontext", {{"traceparent", w3c + "-0x"}}, ""},
      {"tracecontext", {{"traceparent", "ff-" + kBoth + "-01"}}, ""},
      {"tracecontext", {{"traceparent", "0-" + kBoth + "-011"}}, ""},
      {"tracecontext",
       {{"traceparent", "00-0AF7651916CD43DD8448EB211C80319C-" + std::string(kSpan) + "-01"}},
       ""},
      {"tracecontext", {{"traceparent", "00-" + std::string(32, '0') + "-" + kSpan + "-01"}}, ""},
      {"tracecontext", {{"traceparent", w3c.substr(0, 36) + std::string(16, '0') + "-01"}}, ""},
      {"tracecontext", {{"traceparent", w3c + "-01"}, {"traceparent", w3c + "-01"}}, ""},
      {"tracecontext", {}, ""},
      {"b3", {{"b3", kBoth + "-1"}}, kBoth + "-1"},
      {"b3", {{"b3", kBoth + "-0"}}, kBoth + "-0"},
      {"b3", {{"b3", kBoth + "-d-05e3ac9a4f6e3b90"}}, kBoth + "-1", SamplingWish::kDebug},
      {"b3", {{"b3", kBoth}}, kBoth + "-0", SamplingWish::kDecide},
      {"b3", {{"b3", "abc-d-1"}}, short_trace},
      {"b3", {{"b3", "0"}}, "", SamplingWish::kDrop},
      {"b3", {{"b3", "1"}}, "", SamplingWish::kKeep},
      {"b3", {{"b3", "d"}}, "", SamplingWish::kDebug},
      {"b3", {{"b3", "x-y-1"}}, ""},
      {"b3", {{"b3", kBoth + "-1-05e3ac9a4f6e3b90-1"}}, ""},
      {"b3",
       {{"X-B3-TraceId", kTrace}, {"X-B3-SpanId", kSpan}, {"X-B3-Sampled", "true"}},
       kBoth + "-1"},
      {"b3multi",
       {{"x-b3-traceid", kTrace}, {"x-b3-spanid", kSpan}, {"x-b3-flags", "1"}},
       kBoth + "-1",
       SamplingWish::kDebug},
      {"b3multi", {{"x-b3-sampled", "0"}}, "", SamplingWish::kDrop},
      {"b3multi", {{"b3", kBoth + "-1"}}, kBoth + "-1"},
      {"jaeger", {{"uber-trace-id", colons + "1"}}, kBoth + "-1"},
      {"jaeger", {{"uber-trace-id", colons + "0"}}, kBoth + "-0"},
      {"jaeger", {{"uber-trace-id", colons + "3"}}, kBoth + "-1", SamplingWish::kDebug},
      {"jaeger", {{"uber-trace-id", "abc%3Ad%3a0%3A01"}}, short_trace},
      {"jaeger", {{"uber-trace-id", colons + "x"}}, ""},
      {"jaeger", {{"uber-trace-id", colons + "1:1"}}, ""},
      {"jaeger", {{"uber-trace-id", "0:0:0:1"}}, ""},
      {"jaeger", {{"jaeger-debug-id", "look"}}, "", SamplingWish::kDebug},
      {"tracecontext,b3", {{"traceparent", w3c + "-01"}, {"b3", "d"}}, kBoth + "-1"},
      {"b3,tracecontext", {{"traceparent", w3c + "-01"}, {"b3", "abc-d-1"}}, short_trace},
  };
  for (const ParentCase& each : cases) {
    const Context context = ExtractBy(each.propagator, each.headers);
    const auto first = each.headers.begin();
    const std::string what = first == each.headers.end() ? "none" : first->second;
    EXPECT_EQ(Parent(context), each.parent) << each.propagator << ": " << what;
    EXPECT_EQ(WishIn(context), each.wish) << each.propagator << ": " << what;
  }
}

TEST(PropagatorsTest, WritesWhatItReads) {
  const std::string colons = std::string(kTrace) + ":" + kSpan + ":0:";
  const std::pair<const char*, Headers> cases[] = {
      {"tracecontext", {{"traceparent", "00-" + kBoth + "-03"}, {"tracestate", "a@b=1,c=2"}}},
      {"b3", {{"b3", kBoth + "-1"}}},
      {"b3", {{"b3", kBoth + "-d"}}},
      {"b3multi", {{"X-B3-TraceId", kTrace}, {"X-B3-SpanId", kSpan}, {"X-B3-Sampled", "0"}}},
      {"b3multi", {{"X-B3-TraceId", kTrace}, {"X-B3-SpanId", kSpan}, {"X-B3-Flags", "1"}}},
      {"jaeger", {{"uber-trace-id", colons + "3"}, {"uberctx-user", "a%20b"}}},
      {"baggage", {{"baggage", "a=1,b=x%20%25%22;p=1;q,c="}}},
  };
  for (const auto& [name, headers] : cases) {
    EXPECT_EQ(InjectBy(name, ExtractBy(name, headers)), headers) << name;
  }
}

TEST(PropagatorsTest, NothingToWrite) {
  for (const char* name : {"tracecontext", "baggage", "b3", "b3multi", "jaeger"}) {
    EXPECT_THAT(InjectBy(name, Context()), IsEmpty()) << name;
  }
}

std::string StateOf(const std::string& header) {
  const auto state = ParseTraceState(header);
  return state == nullptr ? "-" : state->ToHeader();
}

TEST(PropagatorsTest, TraceState) {
  EXPECT_EQ(StateOf("foo=1 , bar=2,,\t,x=%"), "foo=1,bar=2,x=%");
  EXPECT_EQ(StateOf("foo@=1,foo@@bar=2,9=x"), "foo@=1,foo@@bar=2,9=x");
  EXPECT_EQ(StateOf(std::string(256, 'z') + "=1"), std::string(256, 'z') + "=1");
  EXPECT_EQ(StateOf("a=" + std::string(256, '!')), "a=" + std::string(256, '!'));
  for (const std::string bad : {"", ",", "foo", "=1", "@foo=1", "foo =1", "FOO=1", "foo.bar=1",
                                "foo=", "foo=a=b", "foo=\x7F"}) {
    EXPECT_EQ(StateOf(bad), "-") << bad;
  }
  EXPECT_EQ(StateOf(std::string(257, 'z') + "=1"), "-");
  EXPECT_EQ(StateOf("a=" + std::string(257, '!')), "-");
  std::string many;
  for (int i = 0; i < 32; ++i) many += "k" + std::to_string(i) + "=v,";
  EXPECT_EQ(StateOf(many) + ",", many);
  EXPECT_EQ(StateOf(many + "one=more"), "-");
}

TEST(PropagatorsTest, ABadTraceStateCostsOnlyItself) {
  const Context context =
      ExtractBy("tracecontext", {{"traceparent", "00-" + kBoth + "-01"}, {"tracestate", "A=1"}});
  EXPECT_THAT(InjectBy("tracecontext", context),
              ElementsAre(Pair("traceparent", "00-" + kBoth + "-01")));
}

TEST(PropagatorsTest, BaggageIsReadAsOthersWriteIt) {
  const Context context =
      ExtractBy("baggage", {{"baggage", " user = ada+x%2C ;secret;ttl=1, bad key=1,=2,x,user=2"},
                            {"baggage", "city=%E5%8C%97"}});
  EXPECT_EQ(GetBaggage("user", context), "ada+x,");
  EXPECT_EQ(GetBaggage("city", context), "\xE5\x8C\x97");
  EXPECT_THAT(InjectBy("baggage", context),
              ElementsAre(Pair("baggage", "user=ada+x%2C;secret;ttl=1,city=%E5%8C%97")));
}

TEST(PropagatorsTest, ASemicolonInAValueIsAValue) {
  const Context context = WithBaggage(Context(), "a", "1;2");
  const Headers headers = InjectBy("baggage", context);
  EXPECT_THAT(headers, ElementsAre(Pair("baggage", "a=1%3B2")));
  EXPECT_EQ(GetBaggage("a", ExtractBy("baggage", headers)), "1;2");
}

TEST(PropagatorsTest, BaggageIsBounded) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "k" + std::to_string(i) + "=v,";
  const Context counted = ExtractBy("baggage", {{"baggage", many}});
  EXPECT_EQ(GetBaggage("k179", counted), "v");
  EXPECT_EQ(GetBaggage("k180", counted), "");
  const Context sized =
      ExtractBy("baggage", {{"baggage", "a=1,b=" + std::string(9000, 'x') + ",c=3"}});
  EXPECT_EQ(InjectBy("baggage", sized), (Headers{{"baggage", "a=1"}}));
  const Context own = WithBaggage(WithBaggage(Context(), "a", "1"), "b", std::string(9000, 'x'));
  EXPECT_EQ(InjectBy("baggage", own), (Headers{{"baggage", "a=1"}}));
}

}  // namespace
}  // namespace spanhound::sdk
