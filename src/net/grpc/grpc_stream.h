// GrpcStream: one call of gRPC's asynchronous generic service, before it is known what it wants.
// Lives on the thread of its loop.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <functional>
#include <memory>
#include <utility>

#include "net/grpc/grpc_loop.h"

namespace spanhound::net {

class GrpcStream final : private GrpcEvent {
 public:
  explicit GrpcStream(GrpcLoop& loop) : loop_(loop), use_(loop) {
    context_.AsyncNotifyWhenDone(static_cast<GrpcEvent*>(this));
  }
  GrpcStream(const GrpcStream&) = delete;
  GrpcStream& operator=(const GrpcStream&) = delete;

  GrpcLoop& loop() { return loop_; }
  grpc::GenericServerContext& context() { return context_; }
  grpc::GenericServerAsyncReaderWriter& io() { return io_; }
  // Whoever takes the stream hears here that the call is over: it was answered, or the client has
  // gone. The stream has to be there until then.
  void set_over(GrpcEvent* over) { over_ = over; }

 private:
  void Happened(bool ok) override { over_->Happened(ok); }

  GrpcLoop& loop_;
  const GrpcLoop::User use_;  // before the context, so that the loop is there until that has gone
  GrpcEvent* over_ = nullptr;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter io_{&context_};
};

// Asks for calls, always one more than have come, and hands each on.
class GrpcAcceptor final : private GrpcEvent {
 public:
  using Take = std::function<void(std::unique_ptr<GrpcStream>)>;

  GrpcAcceptor(grpc::AsyncGenericService& service, GrpcLoop& loop, Take take)
      : service_(service), loop_(loop), take_(std::move(take)) {}
  GrpcAcceptor(const GrpcAcceptor&) = delete;
  GrpcAcceptor& operator=(const GrpcAcceptor&) = delete;
  // On the loop's thread, or before it has started.
  void Ask() {
    asked_ = std::make_unique<GrpcStream>(loop_);
    service_.RequestCall(&asked_->context(), &asked_->io(), loop_.queue(), loop_.queue(),
                         static_cast<GrpcEvent*>(this));
  }

 private:
  // Not ok: the server stops and takes no calls any more.
  void Happened(bool ok) override {
    std::unique_ptr<GrpcStream> stream = std::move(asked_);
    if (!ok) return;
    Ask();
    take_(std::move(stream));
  }

  grpc::AsyncGenericService& service_;
  GrpcLoop& loop_;
  const Take take_;
  std::unique_ptr<GrpcStream> asked_;
};

}  // namespace spanhound::net
