#include "tests/grpc_leg.h"

#include <chrono>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "spanhound/grpc_server.h"

namespace spanhound::sdk {
namespace {

using examples::Greeter;
using examples::HelloReply;
using examples::HelloRequest;
using Work = std::function<std::string()>;

class SyncGreeter : public Greeter::Service {
 public:
  explicit SyncGreeter(Work work) : work_(std::move(work)) {}

  grpc::Status SayHello(grpc::ServerContext*, const HelloRequest*, HelloReply* reply) override {
    reply->set_message(work_());
    return grpc::Status::OK;
  }
  grpc::Status Chat(grpc::ServerContext*,
                    grpc::ServerReaderWriter<HelloReply, HelloRequest>* stream) override {
    HelloReply reply;
    for (HelloRequest request; stream->Read(&request);) {
      reply.set_message(work_());
      stream->Write(reply);
    }
    return grpc::Status::OK;
  }

 private:
  const Work work_;
};

// A thread for every piece of work, which gets the context it belongs to by hand.
class Workers {
 public:
  ~Workers() {
    for (std::thread& thread : threads_) thread.join();
  }
  template <typename Task>
  void Run(const Context& context, Task task) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back(BindContext(std::move(task), context));
  }

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class ChatReactor : public grpc::ServerBidiReactor<HelloRequest, HelloReply> {
 public:
  ChatReactor(const grpc::CallbackServerContext& call, const Work& work, Workers& workers)
      : context_(ContextOf(call)), work_(work), workers_(workers) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    workers_.Run(context_, [this] {
      reply_.set_message(work_());
      StartWrite(&reply_);
    });
  }
  void OnWriteDone(bool) override { StartRead(&request_); }
  void OnDone() override { delete this; }

 private:
  const Context context_;
  const Work& work_;
  Workers& workers_;
  HelloRequest request_;
  HelloReply reply_;
};

class CallbackGreeter : public Greeter::CallbackService {
 public:
  explicit CallbackGreeter(Work work) : work_(std::move(work)) {}

  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* call, const HelloRequest*,
                                     HelloReply* reply) override {
    auto* const reactor = call->DefaultReactor();
    workers_.Run(ContextOf(*call), [this, reply, reactor] {
      reply->set_message(work_());
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }
  grpc::ServerBidiReactor<HelloRequest, HelloReply>* Chat(
      grpc::CallbackServerContext* call) override {
    return new ChatReactor(*call, work_, workers_);
  }

 private:
  const Work work_;
  Workers workers_;
};

std::string Outcome(const grpc::Status& status, const HelloReply& reply) {
  return status.ok() ? reply.message() : status.error_message();
}

std::string CallUnary(Greeter::Stub& stub, grpc::ClientContext* call) {
  HelloReply reply;
  const grpc::Status status = stub.SayHello(call, HelloRequest(), &reply);
  return Outcome(status, reply);
}

std::string CallUnaryCallback(Greeter::Stub& stub, grpc::ClientContext* call) {
  const HelloRequest request;
  HelloReply reply;
  std::promise<grpc::Status> done;
  stub.async()->SayHello(call, &request, &reply,
                         [&](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  return Outcome(status, reply);
}

std::string CallStream(Greeter::Stub& stub, grpc::ClientContext* call) {
  const auto stream = stub.Chat(call);
  HelloReply reply;
  for (int i = 0; i < kMessagesPerStream; ++i) {
    stream->Write(HelloRequest());
    stream->Read(&reply);
  }
  stream->WritesDone();
  const grpc::Status status = stream->Finish();
  return Outcome(status, reply);
}

class ChatClient : public grpc::ClientBidiReactor<HelloRequest, HelloReply> {
 public:
  ChatClient(Greeter::Stub& stub, grpc::ClientContext* call) {
    stub.async()->Chat(call, this);
    StartWrite(&request_);
    StartCall();
  }
  void OnWriteDone(bool) override { StartRead(&reply_); }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (++answers_ == kMessagesPerStream) return StartWritesDone();
    StartWrite(&request_);
  }
  void OnDone(const grpc::Status& status) override { done_.set_value(Outcome(status, reply_)); }
  std::string Wait() { return done_.get_future().get(); }

 private:
  const HelloRequest request_;
  HelloReply reply_;
  int answers_ = 0;
  std::promise<std::string> done_;
};

}  // namespace

GreeterServer::GreeterServer(ServerForm form, Work work) {
  if (form == ServerForm::kSync) {
    service_ = std::make_unique<SyncGreeter>(std::move(work));
  } else {
    service_ = std::make_unique<CallbackGreeter>(std::move(work));
  }
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(service_.get());
  AddGrpcServerTracing(builder);
  server_ = builder.BuildAndStart();
}

GreeterServer::~GreeterServer() {
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
}

std::string CallGreeter(ClientForm form, const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = Greeter::NewStub(channel);
  grpc::ClientContext call;
  call.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  switch (form) {
    case ClientForm::kUnary: return CallUnary(*stub, &call);
    case ClientForm::kUnaryCallback: return CallUnaryCallback(*stub, &call);
    case ClientForm::kStream: return CallStream(*stub, &call);
    case ClientForm::kStreamCallback: return ChatClient(*stub, &call).Wait();
  }
  return "";
}

}  // namespace spanhound::sdk
