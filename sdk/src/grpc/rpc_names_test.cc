#include "grpc/rpc_names.h"

#include <gtest/gtest.h>
#include <opentelemetry/trace/provider.h>

#include <map>
#include <string>

#include "span_recorder.h"

namespace spanhound::sdk {
namespace {

using Texts = std::map<std::string, std::string>;

Texts MethodUnder(const char* opt_in, std::string_view method = "test.Echo/Say") {
  CallAttributes attributes;
  AddRpcMethod(&attributes, method, ParseSemanticOptIn(opt_in));
  Texts texts;
  for (const Attribute& each : attributes) {
    const auto text = absl::get<opentelemetry::nostd::string_view>(each.value);
    texts[std::string(each.key)] = std::string(text.data(), text.size());
  }
  EXPECT_EQ(texts.size(), attributes.size()) << "a key twice";
  return texts;
}

TEST(RpcNamesTest, Method) {
  const Texts today{{"rpc.system.name", "grpc"}, {"rpc.method", "test.Echo/Say"}};
  EXPECT_EQ(MethodUnder(""), today);
  EXPECT_EQ(MethodUnder("rpc"), today);
  EXPECT_EQ(MethodUnder("http/dup,nonsense"), today);
  Texts both = today;
  both.insert({{"rpc.system", "grpc"}, {"rpc.service", "test.Echo"}});
  EXPECT_EQ(MethodUnder("http, rpc/dup"), both);
  const Texts old{{"rpc.system", "grpc"}, {"rpc.service", "test.Echo"}, {"rpc.method", "Say"}};
  EXPECT_EQ(MethodUnder("rpc/old"), old);
  EXPECT_EQ(MethodUnder("rpc/old", "_OTHER"), (Texts{{"rpc.system", "grpc"}}));
}

TEST(RpcNamesTest, StatusCode) {
  SpanRecorder spans;
  for (const char* const opt_in : {"", "rpc/dup", "rpc/old"}) {
    const auto span =
        opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("t")->StartSpan(opt_in);
    SetRpcStatusCode(*span, grpc::StatusCode::NOT_FOUND, ParseSemanticOptIn(opt_in));
    span->End();
  }
  const auto all = spans.Take(3);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(TextOf(*all[0], "rpc.response.status_code"), "NOT_FOUND");
  EXPECT_EQ(IntOf(*all[0], "rpc.grpc.status_code"), -1);
  EXPECT_EQ(TextOf(*all[1], "rpc.response.status_code"), "NOT_FOUND");
  EXPECT_EQ(IntOf(*all[1], "rpc.grpc.status_code"), 5);
  EXPECT_EQ(TextOf(*all[2], "rpc.response.status_code"), "");
  EXPECT_EQ(IntOf(*all[2], "rpc.grpc.status_code"), 5);
}

}  // namespace
}  // namespace spanhound::sdk
