#include "ingest/otlp_grpc.h"

#include <gtest/gtest.h>

#include <map>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"
#include "wire/otlp/rpc_status.h"

namespace spanhound::ingest {
namespace {

constexpr char kTraces[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr char kLogs[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

class OtlpGrpcTest : public ::testing::Test {
 protected:
  net::GrpcReply Call(const char* method, std::string body) {
    return Call(methods_, method, std::move(body), {});
  }

  using Methods = std::map<std::string, net::GrpcHandler>;
  static net::GrpcReply Call(const Methods& methods, const char* method, std::string body,
                             std::vector<std::pair<std::string, std::string>> metadata) {
    std::optional<net::GrpcReply> reply;
    net::GrpcRequest request;
    request.body = std::move(body);
    request.metadata = std::move(metadata);
    methods.at(method)(std::move(request), [&](net::GrpcReply got) {
      EXPECT_FALSE(reply.has_value()) << "answered twice";
      reply = std::move(got);
    });
    return reply.value();
  }

  RecordingStore store_;
  Metrics metrics_;
  Ingest ingest_{store_, metrics_};
  std::vector<std::pair<std::string, net::GrpcHandler>> list_ = OtlpGrpcMethods(ingest_);
  Methods methods_{list_.begin(), list_.end()};
};

TEST_F(OtlpGrpcTest, StoresTracesAndLogs) {
  EXPECT_EQ(methods_.size(), 2u);
  const net::GrpcReply traces = Call(kTraces, TracesBody(2));
  EXPECT_TRUE(traces.status.ok());
  EXPECT_EQ(traces.body, "");
  EXPECT_TRUE(Call(kLogs, LogsBody(3)).status.ok());
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].spans.size(), 2u);
  ASSERT_EQ(store_.log_batches.size(), 1u);
  EXPECT_EQ(store_.log_batches[0].records.size(), 3u);
  EXPECT_EQ(MetricValue(metrics_, R"(spanhound_ingest_spans_accepted_total{door="otlp-grpc"})"), 2);
}

TEST_F(OtlpGrpcTest, PartialSuccess) {
  const net::GrpcReply reply = Call(kTraces, TracesBody(1, 1));
  EXPECT_TRUE(reply.status.ok());
  auto partial = wire::DecodeOtlpResponse(reply.body);
  ASSERT_TRUE(partial.ok());
  EXPECT_EQ(partial->rejected_count, 1);
}

TEST_F(OtlpGrpcTest, UndecodableIsInvalidArgument) {
  const net::GrpcReply reply = Call(kTraces, "\x0a");
  EXPECT_EQ(reply.status.code(), Code::kInvalidArgument);
  EXPECT_EQ(reply.status_details, "");
}

TEST_F(OtlpGrpcTest, FullStoreIsUnavailableWithRetryInfo) {
  store_.append_status = ResourceExhausted("head full");
  const net::GrpcReply reply = Call(kLogs, LogsBody(1));
  EXPECT_EQ(reply.status.code(), Code::kUnavailable);
  EXPECT_EQ(reply.status_details,
            wire::EncodeRpcStatusWithRetry(Unavailable("head full"), kRetryDelayMs));
}

TEST_F(OtlpGrpcTest, TooManyBytesInFlightIsUnavailableWithRetryInfo) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {.request = {}, .in_flight_bytes_max = 1});
  const auto list = OtlpGrpcMethods(ingest);
  const net::GrpcReply reply = Call({list.begin(), list.end()}, kTraces, TracesBody(1), {});
  EXPECT_EQ(reply.status.code(), Code::kUnavailable);
  EXPECT_EQ(reply.status_details, wire::EncodeRpcStatusWithRetry(reply.status, kRetryDelayMs));
}

TEST_F(OtlpGrpcTest, MetadataNamesTheTenant) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {}, model::Tenancy::kByHeader);
  const auto list = OtlpGrpcMethods(ingest);
  const Methods methods(list.begin(), list.end());
  EXPECT_TRUE(Call(methods, kTraces, TracesBody(1), {{"x-scope-orgid", "a"}}).status.ok());
  EXPECT_TRUE(Call(methods, kLogs, LogsBody(1), {{"x-tenant", "b"}}).status.ok());
  EXPECT_TRUE(Call(methods, kLogs, LogsBody(1), {}).status.ok());
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].tenant, "a");
  ASSERT_EQ(store_.log_batches.size(), 2u);
  EXPECT_EQ(store_.log_batches[0].tenant, "b");
  EXPECT_EQ(store_.log_batches[1].tenant, "default");
  const net::GrpcReply reply =
      Call(methods, kTraces, TracesBody(1), {{"x-scope-orgid", "a"}, {"x-tenant", "b"}});
  EXPECT_EQ(reply.status.code(), Code::kInvalidArgument);
  EXPECT_EQ(reply.status_details, "");
  EXPECT_EQ(store_.span_batches.size(), 1u);
}

TEST_F(OtlpGrpcTest, TooLargeIsResourceExhaustedWithoutRetryInfo) {
  IngestLimits limits;
  limits.request.memory_bytes_max = 100;
  Metrics metrics;
  Ingest ingest(store_, metrics, limits);
  net::GrpcRequest request;
  request.body = TracesBody(10);
  OtlpGrpcMethods(ingest)[0].second(std::move(request), [](const net::GrpcReply& reply) {
    EXPECT_EQ(reply.status.code(), Code::kResourceExhausted);
    EXPECT_EQ(reply.status_details, "");
  });
  EXPECT_TRUE(store_.span_batches.empty());
}

}  // namespace
}  // namespace spanhound::ingest
