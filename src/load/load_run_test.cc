#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include "load/load.h"
#include "load/process_cost.h"
#include "net/grpc/grpc_server.h"
#include "net/http/http_server.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

// Counts what an OTLP server would store. Refuses every third request first, if told so.
class Sink {
 public:
  explicit Sink(bool refuses_some) : refuses_some_(refuses_some) {}

  bool Take(std::string body) {
    if (refuses_some_ && requests_++ % 3 == 0) return false;
    auto decoded = wire::DecodeOtlpTraces(std::move(body), {});
    EXPECT_TRUE(decoded.ok()) << decoded.status().ToString();
    std::lock_guard lock(mutex_);
    spans_ += decoded->batch.spans.size();
    for (const model::Span& span : decoded->batch.spans) ids_.insert(span.trace_id.ToHex());
    return true;
  }
  size_t spans() const { return spans_; }
  const std::set<std::string>& ids() const { return ids_; }

 private:
  const bool refuses_some_;
  std::atomic<int> requests_{0};
  std::mutex mutex_;
  size_t spans_ = 0;
  std::set<std::string> ids_;
};

class LoadRunTest : public testing::Test {
 protected:
  LoadRunTest() {
    directory_ = std::filesystem::temp_directory_path() /
                 ("spanhound-load-test-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory_);
    options_.acked_log_path = directory_ / "acked";
    options_.spans = 5000;
  }
  ~LoadRunTest() override { std::filesystem::remove_all(directory_); }

  void StartHttp(Sink& sink) {
    auto handler = [&sink, this](net::HttpRequest request, net::HttpResponder respond) {
      EXPECT_EQ(request.path, http_path_);
      header_ = request.header("x-scope-orgid");
      bool is_taken = sink.Take(std::move(request.body));
      respond(is_taken ? net::HttpResponse{200, "application/x-protobuf", ""}
                       : net::HttpResponse{503, "text/plain", "busy"});
    };
    http_ = net::HttpServer::Start({}, 2, handler, metrics_).value();
    options_.target = "http://127.0.0.1:" + std::to_string(http_->port());
  }

  void StartGrpc(Sink& sink) {
    auto handler = [&sink, this](net::GrpcRequest request, net::GrpcResponder respond) {
      header_ = request.metadata_value("x-scope-orgid");
      bool is_taken = sink.Take(std::move(request.body));
      respond({is_taken ? Status::Ok() : Unavailable("busy")});
    };
    grpc_ = net::GrpcServer::Start(
                {}, {{"/opentelemetry.proto.collector.trace.v1.TraceService/Export", handler}},
                metrics_)
                .value();
    options_.target = "grpc://127.0.0.1:" + std::to_string(grpc_->port());
  }

  void RunAndCheck(const Sink& sink) {
    auto report = RunLoad(options_);
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_EQ(report->acked_spans, options_.spans);
    EXPECT_EQ(report->failed_spans, 0u) << report->first_error;
    EXPECT_EQ(report->acked_requests, 10u);
    EXPECT_EQ(sink.spans(), options_.spans);
    EXPECT_GT(report->ack_p50_ms, 0);
    EXPECT_LE(report->ack_p50_ms, report->ack_max_ms);
    EXPECT_EQ(AckedIds(), sink.ids());
  }

  std::set<std::string> AckedIds() const {
    std::set<std::string> ids;
    std::ifstream file(options_.acked_log_path);
    for (std::string line; std::getline(file, line);) ids.insert(line);
    return ids;
  }

  Metrics metrics_;
  std::filesystem::path directory_;
  LoadOptions options_;
  std::string http_path_ = "/v1/traces";
  std::string header_;  // of the latest request
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<net::GrpcServer> grpc_;
};

TEST_F(LoadRunTest, EverythingArrivesOverHttp) {
  Sink sink(false);
  StartHttp(sink);
  RunAndCheck(sink);
}

TEST_F(LoadRunTest, EverythingArrivesOverGrpc) {
  Sink sink(false);
  StartGrpc(sink);
  options_.workload = "jaeger-bench";
  options_.requests_in_flight = 3;
  RunAndCheck(sink);
}

TEST_F(LoadRunTest, RefusedRequestsAreRetried) {
  Sink http_sink(true), grpc_sink(true);
  StartHttp(http_sink);
  RunAndCheck(http_sink);
  std::filesystem::remove(options_.acked_log_path);
  StartGrpc(grpc_sink);
  RunAndCheck(grpc_sink);
}

TEST_F(LoadRunTest, HeadersAndPathAreSent) {
  options_.headers = {{"x-scope-orgid", "blue"}};
  options_.connections = 1;
  Sink http_sink(false), grpc_sink(false);
  http_path_ = "/insert/opentelemetry/v1/traces";
  StartHttp(http_sink);
  options_.target += http_path_;
  RunAndCheck(http_sink);
  EXPECT_EQ(std::exchange(header_, ""), "blue");
  std::filesystem::remove(options_.acked_log_path);
  StartGrpc(grpc_sink);
  RunAndCheck(grpc_sink);
  EXPECT_EQ(header_, "blue");
}

TEST_F(LoadRunTest, GivesUpAndSaysSo) {
  options_.target = "http://127.0.0.1:1";
  options_.retry_seconds = 0.1;
  auto report = RunLoad(options_);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->failed_spans, options_.spans);
  EXPECT_EQ(report->acked_spans, 0u);
  EXPECT_FALSE(report->first_error.empty());
  EXPECT_TRUE(AckedIds().empty());
}

TEST_F(LoadRunTest, RateIsKept) {
  Sink sink(false);
  StartHttp(sink);
  options_.spans_per_second = 10'000;
  auto report = RunLoad(options_);
  ASSERT_TRUE(report.ok());
  EXPECT_GE(report->wall_seconds, 0.45);  // the tenth request leaves after nine intervals
}

TEST_F(LoadRunTest, BadOptionsAreErrors) {
  options_.target = "ftp://x";
  EXPECT_EQ(RunLoad(options_).status().code(), Code::kInvalidArgument);
  options_ = LoadOptions();
  options_.workload = "nope";
  EXPECT_EQ(RunLoad(options_).status().code(), Code::kInvalidArgument);
  options_ = LoadOptions();
  options_.server_pid = 1 << 30;
  EXPECT_EQ(RunLoad(options_).status().code(), Code::kNotFound);
}

TEST_F(LoadRunTest, ReportsNameTheFigures) {
  LoadReport report;
  report.workload = "shop";
  report.acked_spans = 2'000'000;
  report.wall_seconds = 10;
  report.server_cpu_seconds = 8;
  report.disk_bytes = 60'000'000;
  std::string text = ReportText(report);
  EXPECT_NE(text.find("2,000,000"), std::string::npos) << text;
  EXPECT_NE(text.find("200,000"), std::string::npos) << text;
  EXPECT_NE(text.find("250,000"), std::string::npos) << text;
  EXPECT_NE(text.find("30.0"), std::string::npos) << text;
  std::string json = ReportJson(report);
  EXPECT_NE(json.find("\"acked_spans\":2000000"), std::string::npos) << json;
  EXPECT_NE(json.find("\"server_rss_peak_bytes\":null"), std::string::npos) << json;
}

TEST(ProcessCostTest, MeasuresThisProcess) {
  auto before = ProcessCpuSeconds(getpid());
  ASSERT_TRUE(before.ok());
  volatile uint64_t work = 0;
  while (*ProcessCpuSeconds(getpid()) < *before + 0.05) work = work + 1;
  EXPECT_GT(*ProcessRssPeakBytes(getpid()), 1 << 20);
  EXPECT_FALSE(ProcessCpuSeconds(1 << 30).ok());
}

TEST(ProcessCostTest, DirectoryBytesCountsBlocks) {
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("spanhound-du-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(directory / "sub");
  std::ofstream(directory / "sub" / "file") << std::string(100'000, 'x');
  auto bytes = DirectoryBytes(directory);
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(bytes.ok());
  EXPECT_GE(*bytes, 100'000);
  EXPECT_LT(*bytes, 140'000);
  EXPECT_FALSE(DirectoryBytes(directory).ok());
}

}  // namespace
}  // namespace spanhound::load
