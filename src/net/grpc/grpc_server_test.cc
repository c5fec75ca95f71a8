#include "net/grpc/grpc_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "net/grpc/grpc_bytes.h"
#include "net/grpc/grpc_client.h"
#include "net/stream/stream_client.h"

namespace spanhound::net {
namespace {

constexpr char kEcho[] = "/test.Service/Echo";

class GrpcServerTest : public testing::Test {
 protected:
  void Start(GrpcHandler handler) {
    options_.name = "test";
    auto server = GrpcServer::Start(options_, {{kEcho, std::move(handler)}}, metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(server).value();
    client_ = GrpcClient::Create(Target());
  }
  void StartEcho() {
    Start([](GrpcRequest request, GrpcResponder respond) {
      respond({Status::Ok(), std::move(request.body)});
    });
  }
  std::string Target() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  bool HasMetric(const std::string& line) const {
    return metrics_.PrometheusText().find(line + "\n") != std::string::npos;
  }

  Metrics metrics_;
  GrpcServerOptions options_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<GrpcClient> client_;
};

// What GrpcClient does not offer: metadata, compression, cancelling, error details.
struct BareCall {
  explicit BareCall(const std::string& target)
      : BareCall(grpc::CreateChannel(target, grpc::InsecureChannelCredentials())) {}
  explicit BareCall(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }
  void Begin(const std::string& method, std::string_view body) {
    request = ToByteBuffer(body);
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &reply,
                   [this](grpc::Status status) { done.set_value(std::move(status)); });
  }
  grpc::Status Run(const std::string& method, std::string_view body) {
    Begin(method, body);
    return done.get_future().get();
  }

  grpc::GenericStub stub;
  grpc::ClientContext context;
  grpc::ByteBuffer request, reply;
  std::promise<grpc::Status> done;
};

TEST_F(GrpcServerTest, EchoOfAnySize) {
  StartEcho();
  for (size_t size : {size_t{0}, size_t{1}, size_t{5000}, size_t{200'000}, size_t{20} << 20}) {
    std::string body(size, 'e');
    for (size_t i = 0; i < size; i += 97) body[i] = static_cast<char>(i);
    auto reply = client_->Call(kEcho, body);
    ASSERT_TRUE(reply.ok()) << size << ": " << reply.status().ToString();
    EXPECT_TRUE(reply.value() == body) << size;
  }
  EXPECT_TRUE(HasMetric(R"(spanhound_grpc_requests_total{server="test",code="OK"} 5)"));
}

TEST_F(GrpcServerTest, UnknownMethodIsUnimplemented) {
  StartEcho();
  EXPECT_EQ(client_->Call("/test.Service/Other", "x").status().code(), Code::kUnimplemented);
  EXPECT_EQ(client_->Call("/", "x").status().code(), Code::kUnimplemented);
  EXPECT_TRUE(client_->Call(kEcho, "still fine").ok());
}

TEST_F(GrpcServerTest, AdmissionMayDependOnTheMethod) {
  options_.admit = [](GrpcRequest& head) {
    return head.method == kEcho ? Status::Ok() : Unavailable("not now");
  };
  options_.name = "test";
  const auto echo = [](GrpcRequest request, GrpcResponder respond) {
    respond({Status::Ok(), request.method});
  };
  auto server =
      GrpcServer::Start(options_, {{kEcho, echo}, {"/test.Service/Other", echo}}, metrics_);
  ASSERT_TRUE(server.ok());
  server_ = std::move(*server);
  client_ = GrpcClient::Create(Target());
  EXPECT_EQ(client_->Call(kEcho, "x").value(), kEcho);
  EXPECT_EQ(client_->Call("/test.Service/Other", "x").status().code(), Code::kUnavailable);
}

TEST_F(GrpcServerTest, TooLargeIsResourceExhausted) {
  options_.request.body_bytes_max = 1 << 20;
  StartEcho();
  EXPECT_TRUE(client_->Call(kEcho, std::string(1 << 20, 'x')).ok());
  auto refused = client_->Call(kEcho, std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(refused.status().code(), Code::kResourceExhausted) << refused.status().ToString();
  EXPECT_EQ(client_->Call(kEcho, std::string(50 << 20, 'x')).status().code(),
            Code::kResourceExhausted);
  EXPECT_TRUE(client_->Call(kEcho, "still fine").ok());
}

TEST_F(GrpcServerTest, CompressionMetadataAndErrorDetails) {
  Start([](GrpcRequest request, GrpcResponder respond) {
    if (request.body == "fail") return respond({Unavailable("busy"), "", std::string("d\0t", 3)});
    respond({Status::Ok(), std::string(request.metadata_value("x-tenant")) + "/" + request.body});
  });
  BareCall good(Target());
  good.context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  good.context.AddMetadata("x-tenant", "acme");
  EXPECT_TRUE(good.Run(kEcho, std::string(100'000, 'z')).ok());
  EXPECT_EQ(GatherSlices(good.reply), "acme/" + std::string(100'000, 'z'));
  BareCall bad(Target());
  grpc::Status status = bad.Run(kEcho, "fail");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "busy");
  EXPECT_EQ(status.error_details(), std::string("d\0t", 3));
}

TEST_F(GrpcServerTest, GzipBombIsBoundedByTheMessageLimit) {
  options_.request.body_bytes_max = 1 << 20;
  StartEcho();
  BareCall bomb(Target());
  bomb.context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  EXPECT_EQ(bomb.Run(kEcho, std::string(100 << 20, '\0')).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(GrpcServerTest, HealthCheck) {
  StartEcho();
  const char kCheck[] = "/grpc.health.v1.Health/Check";
  EXPECT_EQ(client_->Call(kCheck, "").value(), std::string("\x08\x01", 2));
  EXPECT_EQ(client_->Call(kCheck, "\x0a\x0ctest.Service").value(), std::string("\x08\x01", 2));
  EXPECT_EQ(client_->Call(kCheck, "\x0a\x02no").status().code(), Code::kNotFound);
  EXPECT_EQ(client_->Call(kCheck, "\x0a\x7f").status().code(), Code::kInvalidArgument);
}

// Reads what a Watch call is told, to its end.
class Watch final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Watch(const std::string& target)
      : stub_(grpc::CreateChannel(target, grpc::InsecureChannelCredentials())) {
    stub_.PrepareBidiStreamingCall(&context_, "/grpc.health.v1.Health/Watch", grpc::StubOptions(),
                                   this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&reply_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    told_ += GatherSlices(reply_);
    if (!is_told_) begun_.set_value();
    is_told_ = true;
    StartRead(&reply_);
  }
  void OnDone(const grpc::Status& status) override { ended_.set_value(status); }

  void WaitUntilTold() { begun_.get_future().wait(); }
  grpc::Status End() { return ended_.get_future().get(); }
  const std::string& told() const { return told_; }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_ = ToByteBuffer("");
  grpc::ByteBuffer reply_;
  std::string told_;
  bool is_told_ = false;
  std::promise<void> begun_;
  std::promise<grpc::Status> ended_;
};

TEST_F(GrpcServerTest, WhoWatchesIsToldOfTheStop) {
  StartEcho();
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 50; ++i) watches.push_back(std::make_unique<Watch>(Target()));
  for (const auto& watch : watches) watch->WaitUntilTold();
  server_->Stop(10'000);
  for (const auto& watch : watches) {
    const grpc::Status ended = watch->End();
    EXPECT_TRUE(ended.ok()) << ended.error_code() << " " << ended.error_message();
    EXPECT_EQ(watch->told(), std::string("\x08\x01\x08\x02", 4));
  }
}

TEST_F(GrpcServerTest, HandlerMayThrowOrForgetOrAnswerTwice) {
  Start([](GrpcRequest request, GrpcResponder respond) {
    if (request.body == "throw") throw std::runtime_error("oh");
    if (request.body == "forget") return;
    respond({Status::Ok(), "first"});
    respond({Status::Ok(), "second"});
  });
  EXPECT_EQ(client_->Call(kEcho, "throw").status().code(), Code::kInternal);
  EXPECT_EQ(client_->Call(kEcho, "forget").status().code(), Code::kInternal);
  EXPECT_EQ(client_->Call(kEcho, "twice").value(), "first");
}

// Replies that come when nobody waits any more: cancelled by hand or by deadline, in all orders.
TEST_F(GrpcServerTest, RepliesAfterCancelAreHarmless) {
  std::mutex mutex;
  std::vector<GrpcResponder> kept;
  Start([&](GrpcRequest, GrpcResponder respond) {
    std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  const auto wait_for = [&](size_t count) {
    for (size_t seen = 0; seen < count; std::this_thread::yield()) {
      std::lock_guard lock(mutex);
      seen = kept.size();
    }
  };
  constexpr size_t kCalls = 100;
  std::vector<std::unique_ptr<BareCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) {
    calls.push_back(std::make_unique<BareCall>(Target()));
    calls.back()->Begin(kEcho, std::string(1000, 'x'));
  }
  wait_for(kCalls);
  std::thread replier([&] {
    for (GrpcResponder& respond : kept) respond({Status::Ok(), "late"});
  });
  for (auto& call : calls) call->context.TryCancel();
  replier.join();
  for (auto& call : calls) {
    grpc::Status status = call->done.get_future().get();
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::CANCELLED);
  }

  kept.clear();
  BareCall gone(Target());
  gone.Begin(kEcho, "y");
  wait_for(1);
  gone.context.TryCancel();
  EXPECT_EQ(gone.done.get_future().get().error_code(), grpc::StatusCode::CANCELLED);
  kept[0]({Status::Ok(), "long after"});
  kept.clear();
}

TEST_F(GrpcServerTest, ManyClientsWithRepliesFromOtherThreads) {
  std::atomic<int> threads_left{0};
  Start([&](GrpcRequest request, GrpcResponder respond) {
    ++threads_left;
    std::thread([&threads_left, body = std::move(request.body),
                 respond = std::move(respond)]() mutable {
      respond({Status::Ok(), std::move(body)});
      respond = {};
      --threads_left;
    }).detach();
  });
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        std::string body(static_cast<size_t>(t * 1009 + i), 'b');
        auto reply = client_->Call(kEcho, body);
        if (reply.ok() && reply.value() == body) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 64 * 20);
  while (threads_left > 0) std::this_thread::yield();
}

// One thread that is kept busy: what waits behind it, and what is said to those who come then.
class BusyGrpcServerTest : public GrpcServerTest {
 protected:
  void StartBusy() {
    options_.threads = 1;
    options_.error_details = [](const Status& status) {
      return "details of " + std::string(CodeName(status.code()));
    };
    Start([this](GrpcRequest request, GrpcResponder respond) {
      const std::string_view asked = request.body;
      if (asked.starts_with('b')) {
        has_begun_.set_value();
        may_end_.get_future().wait();
      }
      if (asked.starts_with('w')) ++handled_;
      respond({Status::Ok(), request.body});
    });
    busy_ = std::make_unique<BareCall>(Target());
    busy_->Begin(kEcho, "busy");
    has_begun_.get_future().wait();
  }
  void End() {
    may_end_.set_value();
    EXPECT_TRUE(busy_->done.get_future().get().ok());
  }

  std::promise<void> has_begun_, may_end_;
  std::atomic<int> handled_ = 0;
  std::unique_ptr<BareCall> busy_;
};

TEST_F(BusyGrpcServerTest, WhenWorkWaitsTooLongNewCallsAreToldToComeBack) {
  options_.queue_delay_max_ms = 30;
  StartBusy();
  BareCall waits(Target());
  waits.Begin(kEcho, "waits");
  grpc::Status refused;
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (refused.ok() && std::chrono::steady_clock::now() < give_up_at) {
    BareCall next(Target());
    next.context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
    const grpc::Status status = next.Run(kEcho, std::string(1 << 20, 'x'));
    // Without an answer it came so early that it was let in, and waits, too.
    if (status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) refused = status;
  }
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(refused.error_details(), "details of UNAVAILABLE");
  // Whether the server is alive may be asked all the same.
  EXPECT_TRUE(client_->Call("/grpc.health.v1.Health/Check", "").ok());
  End();
  EXPECT_TRUE(waits.done.get_future().get().ok());
  EXPECT_TRUE(client_->Call(kEcho, "again").ok());
  EXPECT_FALSE(
      HasMetric(R"(spanhound_grpc_refused_total{server="test",limit="queue_delay_max_ms"} 0)"));
}

// Refuses every call, by what its head says.
class RefusingGrpcServerTest : public GrpcServerTest {
 protected:
  void StartRefusing(Code code) {
    options_.admit = [code](GrpcRequest&) { return Status(code, "no"); };
    StartEcho();
  }
  std::chrono::milliseconds TimeOf(Code expected, uint32_t timeout_ms = 20'000) {
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(client_->Call(kEcho, "x", timeout_ms).status().code(), expected);
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 started);
  }
};

TEST_F(RefusingGrpcServerTest, WhoMayComeBackIsToldALittleLater) {
  options_.refusal_hold_ms = 300;
  StartRefusing(Code::kUnavailable);
  EXPECT_GE(TimeOf(Code::kUnavailable).count(), 290);
}

TEST_F(RefusingGrpcServerTest, NoRefusalIsHeldPastItsDeadline) {
  options_.refusal_hold_ms = 60'000;
  StartRefusing(Code::kUnavailable);
  EXPECT_LT(TimeOf(Code::kUnavailable, 4000).count(), 4000);
}

TEST_F(RefusingGrpcServerTest, WhoMayNotComeBackIsToldAtOnce) {
  options_.refusal_hold_ms = 60'000;
  StartRefusing(Code::kUnauthenticated);
  EXPECT_LT(TimeOf(Code::kUnauthenticated, 10'000).count(), 5000);
}

TEST_F(RefusingGrpcServerTest, StopTellsThoseThatAreHeld) {
  options_.refusal_hold_ms = 60'000;
  StartRefusing(Code::kUnavailable);
  BareCall held(Target());
  held.context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
  held.Begin(kEcho, "x");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto started = std::chrono::steady_clock::now();
  server_->Stop(30'000);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  const grpc::Status status = held.done.get_future().get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(BusyGrpcServerTest, MessageBytesThatWaitAreBounded) {
  options_.in_flight_bytes_max = 1000;
  StartBusy();
  EXPECT_EQ(client_->Call(kEcho, std::string(1000, 'x')).status().code(), Code::kUnavailable);
  BareCall waits(Target());
  waits.Begin(kEcho, std::string(900, 'x'));
  End();
  EXPECT_TRUE(waits.done.get_future().get().ok());
  EXPECT_TRUE(
      HasMetric(R"(spanhound_grpc_refused_total{server="test",limit="in_flight_bytes_max"} 1)"));
}

TEST_F(GrpcServerTest, MessageBytesMayBeBoundedTogetherWithOtherServers) {
  options_.in_flight = std::make_shared<ByteBudget>(1000);
  StartEcho();
  ASSERT_TRUE(options_.in_flight->Take(900));  // another server's
  EXPECT_EQ(client_->Call(kEcho, std::string(500, 'x')).status().code(), Code::kUnavailable);
  EXPECT_TRUE(
      HasMetric(R"(spanhound_grpc_refused_total{server="test",limit="in_flight_bytes_max"} 1)"));
  options_.in_flight->Give(900);
  EXPECT_TRUE(client_->Call(kEcho, std::string(500, 'x')).ok());
}

TEST_F(BusyGrpcServerTest, WhatNobodyWaitsForAnyMoreIsNotDone) {
  options_.in_flight = std::make_shared<ByteBudget>(1000);
  StartBusy();
  const auto channel = grpc::CreateChannel(Target(), grpc::InsecureChannelCredentials());
  BareCall waits(channel);
  waits.Begin(kEcho, "waits");
  while (options_.in_flight->used() < std::string_view("busywaits").size()) {
    std::this_thread::yield();
  }
  waits.context.TryCancel();
  EXPECT_EQ(waits.done.get_future().get().error_code(), grpc::StatusCode::CANCELLED);
  // The server hears of it before what comes after it on the same connection.
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(BareCall(channel).Run("/grpc.health.v1.Health/Check", "").ok());
  }
  End();
  EXPECT_TRUE(client_->Call(kEcho, "next").ok());
  EXPECT_EQ(handled_, 0);
  EXPECT_TRUE(HasMetric(R"(spanhound_grpc_requests_total{server="test",code="CANCELLED"} 1)"));
}

TEST_F(GrpcServerTest, StopLetsRunningCallsFinish) {
  std::atomic<bool> has_begun{false};
  Start([&](GrpcRequest, GrpcResponder respond) {
    has_begun = true;
    std::thread([respond = std::move(respond)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      respond({Status::Ok(), "finished"});
    }).detach();
  });
  auto reply = std::async(std::launch::async, [&] { return client_->Call(kEcho, "x"); });
  while (!has_begun) std::this_thread::yield();
  server_->Stop(10'000);
  auto result = reply.get();
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result.value(), "finished");
  EXPECT_EQ(client_->Call(kEcho, "x", 500).ok(), false);
}

TEST_F(GrpcServerTest, StopDoesNotWaitForIdleConnections) {
  StartEcho();
  auto idle = StreamClient::Create(Target(), 20'000);
  ASSERT_TRUE(idle.ok()) << idle.status().ToString();
  const std::string empty_settings("\0\0\0\4\0\0\0\0\0", 9);  // RFC 9113, 3.4 and 6.5
  ASSERT_TRUE((*idle)->Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + empty_settings).ok());
  ASSERT_TRUE((*idle)->Receive(empty_settings.size()).ok());  // the server's, or their beginning
  const auto started = std::chrono::steady_clock::now();
  server_->Stop(30'000);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST_F(GrpcServerTest, StopDoesNotWaitForEverAndLateRepliesAreHarmless) {
  GrpcResponder kept;
  std::atomic<bool> has_begun{false};
  Start([&](GrpcRequest, GrpcResponder respond) {
    kept = std::move(respond);
    has_begun = true;
  });
  auto reply = std::async(std::launch::async, [&] { return client_->Call(kEcho, "x"); });
  while (!has_begun) std::this_thread::yield();
  auto started = std::chrono::steady_clock::now();
  server_->Stop(50);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(30));
  EXPECT_EQ(reply.get().status().code(), Code::kUnavailable);
  server_.reset();
  kept({Status::Ok(), "nobody hears this"});
}

TEST_F(GrpcServerTest, PortInUseIsAnError) {
  StartEcho();
  GrpcServerOptions same = options_;
  same.port = server_->port();
  const Status taken = GrpcServer::Start(same, {}, metrics_).status();
  EXPECT_EQ(taken.code(), Code::kUnavailable);
  EXPECT_TRUE(
      taken.message().ends_with("port " + std::to_string(same.port) + ": Address already in use"))
      << taken.message();
}

}  // namespace
}  // namespace spanhound::net
