// Answers of several messages, as a client of gRPC's own sees them.
#include "net/grpc/grpc_message_writer.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/grpc/grpc_bytes.h"
#include "net/grpc/grpc_server.h"

namespace spanhound::net {
namespace {

constexpr char kMany[] = "/test.Service/Many";
constexpr size_t kLargeBytes = 1 << 20;

// A call that reads a message when it is told to. gRPC's threads work for it all the while.
class ReadingCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ReadingCall(uint16_t port, std::string_view request)
      : stub_(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                  grpc::InsecureChannelCredentials())),
        request_(ToByteBuffer(request)) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stub_.PrepareBidiStreamingCall(&context_, kMany, grpc::StubOptions(), this);
    AddHold();  // reads are begun from outside
    StartWriteLast(&request_, grpc::WriteOptions());
    StartCall();
  }
  ~ReadingCall() override {
    if (is_ended_) return;
    Cancel();
    static_cast<void>(End());
  }

  std::optional<std::string> Next() {
    was_read_ = {};
    StartRead(&message_);
    if (!was_read_.get_future().get()) return std::nullopt;
    return GatherSlices(message_);
  }
  std::vector<std::string> Rest() {
    std::vector<std::string> messages;
    while (auto message = Next()) messages.push_back(std::move(*message));
    return messages;
  }
  // Once, when there is nothing more to read.
  Status End() {
    is_ended_ = true;
    RemoveHold();
    return FromGrpcStatus(status_.get_future().get());
  }
  void Cancel() { context_.TryCancel(); }

 private:
  void OnReadDone(bool ok) override { was_read_.set_value(ok); }
  void OnDone(const grpc::Status& status) override { status_.set_value(status); }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  bool is_ended_ = false;
  std::promise<bool> was_read_;
  std::promise<grpc::Status> status_;
};

class GrpcMessageWriterTest : public testing::Test {
 protected:
  void Start(GrpcHandler handler) {
    options_.name = "test";
    auto server = GrpcServer::Start(options_, {{kMany, std::move(handler)}}, metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(server).value();
  }
  // One large message after the other, without an end, until it is let go.
  void StartEndless() {
    Start([this](GrpcRequest, GrpcResponder respond) {
      auto let_go = std::shared_ptr<void>(nullptr, [this](void*) { let_go_.set_value(); });
      respond({.status = Status::Ok(), .messages = [this, let_go = std::move(let_go)] {
                 ++made_count_;
                 return std::optional(std::string(kLargeBytes, 'm'));
               }});
    });
  }
  bool HasMetric(const std::string& line) const {
    return metrics_.PrometheusText().find(line + "\n") != std::string::npos;
  }

  Metrics metrics_;
  GrpcServerOptions options_;
  std::atomic<int> made_count_ = 0;
  std::promise<void> let_go_;
  std::unique_ptr<GrpcServer> server_;
};

TEST_F(GrpcMessageWriterTest, AllMessagesInOrderAndEmptyOnesToo) {
  Start([](GrpcRequest request, GrpcResponder respond) {
    auto count = std::make_shared<size_t>(std::stoul(request.body));
    respond({.status = Status::Ok(), .messages = [count]() -> std::optional<std::string> {
               if (*count == 0) return std::nullopt;
               return std::string(--*count, 'x');
             }});
  });
  ReadingCall none(server_->port(), "0");
  EXPECT_EQ(none.Rest(), std::vector<std::string>());
  EXPECT_TRUE(none.End().ok());
  ReadingCall three(server_->port(), "3");
  EXPECT_EQ(three.Rest(), (std::vector<std::string>{"xx", "x", ""}));
  EXPECT_TRUE(three.End().ok());
  ReadingCall many(server_->port(), "3000");
  EXPECT_EQ(many.Rest().size(), 3000u);
  EXPECT_TRUE(many.End().ok());
  EXPECT_TRUE(HasMetric(R"(spanhound_grpc_requests_total{server="test",code="OK"} 3)"));
}

TEST_F(GrpcMessageWriterTest, NoneIsMadeBeforeTheOneBeforeHasRoom) {
  StartEndless();
  ReadingCall call(server_->port(), "x");
  constexpr int kRead = 50;
  for (int i = 0; i < kRead; ++i) ASSERT_EQ(call.Next().value().size(), kLargeBytes);
  // What is being written, and what sockets and gRPC hold for a reader that may come.
  EXPECT_LE(made_count_, kRead + 16);
}

TEST_F(GrpcMessageWriterTest, NothingIsMadeForWhoHasGone) {
  StartEndless();
  ReadingCall call(server_->port(), "x");
  ASSERT_TRUE(call.Next().has_value());
  call.Cancel();
  let_go_.get_future().wait();
  call.Rest();
  EXPECT_EQ(call.End().code(), Code::kCancelled);
  server_->Stop(60'000);
  EXPECT_TRUE(HasMetric(R"(spanhound_grpc_requests_total{server="test",code="CANCELLED"} 1)"));
}

TEST_F(GrpcMessageWriterTest, WhoReadsNothingForTooLongIsCutOff) {
  options_.unread_timeout_ms = 50;
  StartEndless();
  ReadingCall call(server_->port(), "x");
  let_go_.get_future().wait();
  call.Rest();
  EXPECT_FALSE(call.End().ok());
  server_->Stop(60'000);
  EXPECT_TRUE(HasMetric(R"(spanhound_grpc_requests_total{server="test",code="ABORTED"} 1)"));
}

TEST_F(GrpcMessageWriterTest, StopDoesNotWaitForWhoDoesNotRead) {
  StartEndless();
  ReadingCall call(server_->port(), "x");
  ASSERT_TRUE(call.Next().has_value());
  server_->Stop(50);
  let_go_.get_future().wait();
  call.Rest();
  EXPECT_FALSE(call.End().ok());
}

TEST_F(GrpcMessageWriterTest, WhatThrowsIsInternal) {
  Start([](GrpcRequest, GrpcResponder respond) {
    auto is_first = std::make_shared<bool>(true);
    respond({.status = Status::Ok(), .messages = [is_first] {
               if (!std::exchange(*is_first, false)) throw std::runtime_error("oh");
               return std::optional(std::string("first"));
             }});
  });
  ReadingCall call(server_->port(), "x");
  EXPECT_EQ(call.Rest(), std::vector<std::string>{"first"});
  EXPECT_EQ(call.End().code(), Code::kInternal);
}

TEST_F(GrpcMessageWriterTest, AnErrorHasNoMessages) {
  Start([](GrpcRequest, GrpcResponder respond) {
    respond({.status = NotFound("nothing there"),
             .messages = [] { return std::optional(std::string("never read")); }});
  });
  ReadingCall call(server_->port(), "x");
  EXPECT_EQ(call.Rest(), std::vector<std::string>());
  const Status ended = call.End();
  EXPECT_EQ(ended.code(), Code::kNotFound);
  EXPECT_EQ(ended.message(), "nothing there");
}

// As long as the handler runs, it can hear that its client goes.
TEST_F(GrpcMessageWriterTest, HandlersHearThatTheClientHasGone) {
  std::promise<void> has_begun;
  std::promise<bool> ended;
  Start([&](GrpcRequest request, GrpcResponder respond) {
    std::promise<void> gone;
    const auto ticket = GrpcPeer::OnGone(request.peer, [&gone] { gone.set_value(); });
    has_begun.set_value();
    gone.get_future().wait();
    ended.set_value(request.peer->is_gone());
    respond({Status::Ok(), "late"});
  });
  ReadingCall call(server_->port(), "x");
  has_begun.get_future().wait();
  call.Cancel();
  EXPECT_TRUE(ended.get_future().get());
}

TEST(GrpcPeerTest, WhoHasGoneBeforeIsToldAtOnceAndNoTicketLaterThanItsEnd) {
  auto peer = std::make_shared<GrpcPeer>();
  int told_count = 0;
  {
    const auto ticket = GrpcPeer::OnGone(peer, [&] { ++told_count; });
    EXPECT_EQ(told_count, 0);
  }
  peer->NoteGone();
  EXPECT_EQ(told_count, 0);
  const auto late = GrpcPeer::OnGone(peer, [&] { ++told_count; });
  EXPECT_EQ(told_count, 1);
  const auto nobody = GrpcPeer::OnGone(nullptr, [&] { ++told_count; });
  EXPECT_EQ(told_count, 1);
}

}  // namespace
}  // namespace spanhound::net
