// Both transports against real sockets.
#include "transport.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

#include <set>
#include <string>
#include <thread>

#include "gzip.h"
#include "testing/loopback_server.h"

namespace spanhound::sdk {
namespace {

namespace proto = opentelemetry::proto::collector::trace::v1;
using std::chrono::milliseconds;
using testing::DeadAddress;
using ::testing::HasSubstr;
using testing::LoopbackServer;
using ::testing::Not;
using Clock = StopSignal::Clock;

constexpr char kMethod[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

Clock::time_point In(milliseconds time) { return Clock::now() + time; }

Reply SendHttp(const std::string& url, milliseconds timeout = std::chrono::seconds(10)) {
  const StopSignal stop;
  return MakeHttpTransport({.url = url, .headers = {{"x-key", "secret"}}}, "application/x-protobuf")
      ->Send("body", In(timeout), stop);
}

TEST(HttpTransportTest, SendsTheRequest) {
  LoopbackServer server([](std::size_t) { return LoopbackServer::Ok("reply"); });
  const Reply reply = SendHttp(server.url("/v1/traces"));
  EXPECT_EQ(reply.kind, Reply::Kind::kAccepted);
  EXPECT_EQ(reply.body, "reply");
  ASSERT_EQ(server.requests().size(), 1u);
  const testing::HttpRequest request = server.requests()[0];
  EXPECT_THAT(request.head, HasSubstr("POST /v1/traces HTTP/1.1\r\n"));
  EXPECT_THAT(request.head, HasSubstr("Content-Type: application/x-protobuf"));
  EXPECT_THAT(request.head, HasSubstr("x-key: secret"));
  EXPECT_THAT(request.head, HasSubstr("User-Agent: spanhound-sdk-cpp/"));
  EXPECT_THAT(request.head, Not(HasSubstr("Expect")));
  EXPECT_EQ(request.body, "body");
}

TEST(HttpTransportTest, KeepsItsConnection) {
  LoopbackServer server;
  const StopSignal stop;
  const auto transport = MakeHttpTransport({.url = server.url()}, "text/plain");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(transport->Send(std::to_string(i), In(std::chrono::seconds(5)), stop).kind,
              Reply::Kind::kAccepted);
  }
  EXPECT_EQ(server.requests()[2].body, "2");
}

TEST(HttpTransportTest, StatusDecidesAboutAnotherAttempt) {
  const auto kind_of = [](const std::string& status) {
    LoopbackServer server(
        [&](std::size_t) { return LoopbackServer::Response(status, "Retry-After: 3\r\n", "why"); });
    return SendHttp(server.url());
  };
  for (const char* status : {"429 X", "502 X", "503 X", "504 X"}) {
    const Reply reply = kind_of(status);
    EXPECT_EQ(reply.kind, Reply::Kind::kRetry) << status;
    EXPECT_EQ(reply.retry_after, std::chrono::seconds(3)) << status;
  }
  for (const char* status : {"301 X", "400 X", "401 X", "404 X", "413 X", "500 X"}) {
    EXPECT_EQ(kind_of(status).kind, Reply::Kind::kRefused) << status;
  }
  EXPECT_EQ(kind_of("400 Bad").error, "HTTP 400: why");
}

TEST(HttpTransportTest, ReadsNoMoreThanItNeeds) {
  LoopbackServer server([](std::size_t) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + std::string(1 << 20, 'x');
  });
  const Reply reply = SendHttp(server.url());
  EXPECT_EQ(reply.kind, Reply::Kind::kAccepted);
  EXPECT_LE(reply.body.size(), kReplyBytesMax);
}

TEST(HttpTransportTest, DeadBackendIsWorthAnotherAttempt) {
  const Reply reply = SendHttp("http://" + DeadAddress());
  EXPECT_EQ(reply.kind, Reply::Kind::kRetry);
  EXPECT_FALSE(reply.error.empty());
}

TEST(HttpTransportTest, BadUrlIsNot) {
  EXPECT_EQ(SendHttp("http://:::bad").kind, Reply::Kind::kRefused);
  EXPECT_EQ(SendHttp("file:///etc/passwd").kind, Reply::Kind::kRefused);
}

TEST(HttpTransportTest, TimeoutIsMilliseconds) {
  LoopbackServer server(LoopbackServer::Hang);
  const auto start = Clock::now();
  EXPECT_EQ(SendHttp(server.url(), milliseconds(300)).error, "no answer in time");
  EXPECT_GE(Clock::now() - start, milliseconds(300));
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

// The time from StopBy to the return of a Send that would wait for a minute.
milliseconds TimeToStop(Transport* transport) {
  StopSignal stop;
  Clock::time_point stopped;
  std::thread stopper([&] {
    std::this_thread::sleep_for(milliseconds(200));
    stopped = Clock::now();
    stop.StopBy(stopped);
  });
  EXPECT_EQ(transport->Send("body", In(std::chrono::minutes(1)), stop).error, "no answer in time");
  const auto returned = Clock::now();
  stopper.join();
  return std::chrono::duration_cast<milliseconds>(returned - stopped);
}

TEST(HttpTransportTest, StopInterruptsSend) {
  LoopbackServer server(LoopbackServer::Hang);
  EXPECT_LT(TimeToStop(MakeHttpTransport({.url = server.url()}, "text/plain").get()),
            milliseconds(30'000));
}

class TraceService : public proto::TraceService::Service {
 public:
  grpc::Status Export(grpc::ServerContext* context, const proto::ExportTraceServiceRequest* request,
                      proto::ExportTraceServiceResponse* response) override {
    const auto key = context->client_metadata().find("x-key");
    if (key != context->client_metadata().end()) {
      key_ = std::string(key->second.data(), key->second.size());
    }
    connections_.insert(context->peer());
    spans_ += request->resource_spans_size();
    response->mutable_partial_success()->set_rejected_spans(2);
    return status_;
  }
  grpc::Status status_;
  std::string key_;
  int spans_ = 0;
  std::set<std::string> connections_;  // by the client's address and port
};

class GrpcTransportTest : public ::testing::Test {
 protected:
  GrpcTransportTest() { StartServer(); }

  // On the port of before, if there was one.
  void StartServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address(), grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  Reply Send() {
    proto::ExportTraceServiceRequest request;
    request.add_resource_spans();
    const StopSignal stop;
    return MakeGrpcTransport({.url = address(), .headers = {{"x-key", "secret"}}}, kMethod)
        ->Send(request.SerializeAsString(), In(std::chrono::seconds(10)), stop);
  }

  TraceService service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(GrpcTransportTest, SendsTheRequest) {
  const Reply reply = Send();
  ASSERT_EQ(reply.kind, Reply::Kind::kAccepted) << reply.error;
  proto::ExportTraceServiceResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.body));
  EXPECT_EQ(response.partial_success().rejected_spans(), 2);
  EXPECT_EQ(service_.key_, "secret");
  EXPECT_EQ(service_.spans_, 1);
}

TEST_F(GrpcTransportTest, CompressedRequestsAreUnderstood) {
  proto::ExportTraceServiceRequest request;
  for (int i = 0; i < 1000; ++i) request.add_resource_spans();
  const StopSignal stop;
  const auto transport = MakeGrpcTransport({.url = address(), .gzip = true}, kMethod);
  for (int i = 1; i <= 3; ++i) {
    const Reply reply =
        transport->Send(Gzip(request.SerializeAsString()), In(std::chrono::seconds(10)), stop);
    ASSERT_EQ(reply.kind, Reply::Kind::kAccepted) << i << ": " << reply.error;
    EXPECT_EQ(service_.spans_, 1000 * i);
  }
}

TEST_F(GrpcTransportTest, KeepsItsConnection) {
  const StopSignal stop;
  const auto transport = MakeGrpcTransport({.url = address()}, kMethod);
  for (int i = 0; i < 5; ++i) {
    const Reply reply = transport->Send("", In(std::chrono::seconds(10)), stop);
    ASSERT_EQ(reply.kind, Reply::Kind::kAccepted) << i << ": " << reply.error;
  }
  EXPECT_EQ(service_.connections_.size(), 1u);
}

TEST_F(GrpcTransportTest, ABackendThatWasStartedAnewIsFoundAtOnce) {
  const StopSignal stop;
  const auto transport = MakeGrpcTransport({.url = address()}, kMethod);
  for (int i = 0; i < 3; ++i) {
    for (int request = 0; request < 2; ++request) {
      const Reply reply = transport->Send("", In(std::chrono::seconds(10)), stop);
      ASSERT_EQ(reply.kind, Reply::Kind::kAccepted) << i << ": " << reply.error;
    }
    server_->Shutdown(std::chrono::system_clock::now());  // does not wait for idle connections
    StartServer();
  }
  EXPECT_EQ(service_.connections_.size(), 3u);
}

TEST_F(GrpcTransportTest, TheBackendsWishIsRead) {
  // google.rpc.Status{details: Any{type_url, RetryInfo{retry_delay: {seconds: 2, nanos: 5e8}}}}
  const std::string delay = "\x08\x02\x10\x80\xca\xb5\xee\x01";
  const std::string info = "\x0a" + std::string(1, static_cast<char>(delay.size())) + delay;
  const std::string type = "type.googleapis.com/google.rpc.RetryInfo";
  const std::string any = "\x0a" + std::string(1, static_cast<char>(type.size())) + type + "\x12" +
                          std::string(1, static_cast<char>(info.size())) + info;
  const std::string status = "\x1a" + std::string(1, static_cast<char>(any.size())) + any;
  service_.status_ = grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "slow down, 50%", status);
  const Reply reply = Send();
  EXPECT_EQ(reply.kind, Reply::Kind::kRetry);
  EXPECT_EQ(reply.retry_after, milliseconds(2500));
  EXPECT_EQ(reply.error, "gRPC status 8: slow down, 50%");
}

TEST_F(GrpcTransportTest, StatusDecidesAboutAnotherAttempt) {
  const auto kind_of = [&](grpc::StatusCode code, const std::string& details = "") {
    service_.status_ = grpc::Status(code, "why", details);
    return Send().kind;
  };
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::ABORTED,
                          grpc::StatusCode::OUT_OF_RANGE, grpc::StatusCode::DATA_LOSS}) {
    EXPECT_EQ(kind_of(code), Reply::Kind::kRetry) << code;
  }
  for (const auto code : {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::INTERNAL,
                          grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    EXPECT_EQ(kind_of(code), Reply::Kind::kRefused) << code;
  }
  EXPECT_EQ(kind_of(grpc::StatusCode::RESOURCE_EXHAUSTED,
                    "\x1a\x2a\x0a\x28type.googleapis.com/google.rpc.RetryInfo"),
            Reply::Kind::kRetry);
}

TEST(GrpcTransportDeadTest, DeadBackendIsWorthAnotherAttempt) {
  const StopSignal stop;
  const Reply reply = MakeGrpcTransport({.url = DeadAddress()}, kMethod)
                          ->Send("", In(std::chrono::seconds(10)), stop);
  EXPECT_EQ(reply.kind, Reply::Kind::kRetry);
  EXPECT_THAT(reply.error, HasSubstr("connect"));
}

TEST(GrpcTransportDeadTest, AnHttpServerIsNoGrpcServer) {
  LoopbackServer server([](std::size_t) { return LoopbackServer::Response("404 No", "", "x"); });
  const StopSignal stop;
  const Reply reply =
      MakeGrpcTransport({.url = server.address()}, kMethod)->Send("", In(milliseconds(1000)), stop);
  EXPECT_NE(reply.kind, Reply::Kind::kAccepted);
  EXPECT_FALSE(reply.error.empty());
}

TEST(UdpTransportTest, EachBodyIsADatagram) {
  const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(receiver, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(receiver, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const StopSignal stop;
  const auto transport = MakeUdpTransport({.url = "localhost:" + port});
  for (const std::string body : {"one", "two"}) {
    EXPECT_EQ(transport->Send(body, In(milliseconds(1000)), stop).kind, Reply::Kind::kAccepted);
    char bytes[64];
    EXPECT_EQ(std::string(bytes, static_cast<std::size_t>(recv(receiver, bytes, 64, 0))), body);
  }
  close(receiver);
}

TEST(UdpTransportTest, WhatCannotBeSentIsTold) {
  const StopSignal stop;
  const Reply reply =
      MakeUdpTransport({.url = "no.such.host.invalid:1"})->Send("x", In(milliseconds(1000)), stop);
  EXPECT_EQ(reply.kind, Reply::Kind::kRefused);
  EXPECT_FALSE(reply.error.empty());
}

TEST(GrpcTransportDeadTest, StopInterruptsSend) {
  LoopbackServer server(LoopbackServer::Hang);  // takes the connection, never speaks HTTP/2
  EXPECT_LT(TimeToStop(MakeGrpcTransport({.url = server.address()}, kMethod).get()),
            milliseconds(30'000));
}

}  // namespace
}  // namespace spanhound::sdk
