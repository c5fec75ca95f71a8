#include "net/grpc_call.h"

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "net/grpc_bytes.h"
#include "net/grpc_message.h"

namespace spanhound::net {
namespace {

GrpcReply Failure(Code code, std::string message) { return {Status(code, std::move(message))}; }

// Answers INTERNAL if all copies of a responder die unused.
class ReplyGuard {
 public:
  explicit ReplyGuard(std::shared_ptr<GrpcCallPort> port) : port_(std::move(port)) {}
  ~ReplyGuard() { port_->Send(Failure(Code::kInternal, "the request was dropped")); }
  ReplyGuard(const ReplyGuard&) = delete;
  ReplyGuard& operator=(const ReplyGuard&) = delete;
  void Send(GrpcReply reply) { port_->Send(std::move(reply)); }

 private:
  std::shared_ptr<GrpcCallPort> port_;
};

}  // namespace

void GrpcCallPort::Send(GrpcReply reply) {
  if (GrpcCall* call = call_.exchange(nullptr)) call->Reply(std::move(reply));
}

void GrpcOpenCalls::Add(const std::shared_ptr<GrpcCallPort>& port) {
  std::lock_guard lock(mutex_);
  ports_.insert(port);
}

void GrpcOpenCalls::Remove(const std::shared_ptr<GrpcCallPort>& port) {
  std::lock_guard lock(mutex_);
  ports_.erase(port);
  if (ports_.empty()) changed_.notify_all();
}

bool GrpcOpenCalls::WaitUntilNone(uint32_t deadline_ms) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(deadline_ms),
                           [this] { return ports_.empty(); });
}

void GrpcOpenCalls::AnswerAll(const GrpcReply& reply) {
  std::unique_lock lock(mutex_);
  std::vector<std::shared_ptr<GrpcCallPort>> ports(ports_.begin(), ports_.end());
  lock.unlock();
  for (const auto& port : ports) port->Send(reply);
}

GrpcCounters::GrpcCounters(Metrics& metrics, std::string server)
    : metrics_(metrics), server_(std::move(server)) {
  CountReply(Code::kOk, 0);
}

void GrpcCounters::CountReply(Code code, uint64_t count) {
  size_t index = std::min<size_t>(static_cast<size_t>(code), kCodes - 1);
  Counter* counter = by_code_[index].load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &metrics_.NewCounter("spanhound_grpc_requests_total", "gRPC calls answered.",
                                   {{"server", server_}, {"code", std::string(CodeName(code))}});
    by_code_[index].store(counter, std::memory_order_release);
  }
  counter->Add(count);
}

GrpcCall::GrpcCall(grpc::GenericCallbackServerContext* context, const GrpcHandler* handler,
                   const GrpcAdmission* admit, const GrpcServerOptions& options,
                   GrpcOpenCalls& open_calls, GrpcCounters& counters)
    : context_(context),
      handler_(handler),
      options_(options),
      open_calls_(open_calls),
      counters_(counters),
      port_(std::make_shared<GrpcCallPort>(this)) {
  open_calls_.Add(port_);
  if (handler_ == nullptr) {
    port_->Send(Failure(Code::kUnimplemented, "unknown method " + context_->method()));
    return;
  }
  for (const auto& [name, value] : context_->client_metadata()) {
    head_.metadata.emplace_back(std::string(name.data(), name.size()),
                                std::string(value.data(), value.size()));
  }
  Status admitted = admit == nullptr ? Status::Ok() : (*admit)(head_);
  if (!admitted.ok()) {
    port_->Send({std::move(admitted)});
    return;
  }
  StartRead(&request_);
}

void GrpcCall::OnReadDone(bool ok) {
  std::shared_ptr<GrpcCallPort> port = port_;  // an answer may delete this at once
  if (!ok) {  // cancelled, too large (gRPC has put its own status on the wire), or no message
    return port->Send(Failure(Code::kInvalidArgument, "a unary call needs one message"));
  }
  Result<std::string> body = ReadMessage(GatherSlices(request_), options_.message_bytes_max,
                                         options_.compression_ratio_max);
  request_.Clear();
  if (!body.ok()) return port->Send({body.status()});
  GrpcRequest request = std::move(head_);
  request.body = std::move(*body);
  auto guard = std::make_shared<ReplyGuard>(std::move(port));
  try {
    (*handler_)(std::move(request), [guard](GrpcReply reply) { guard->Send(std::move(reply)); });
  } catch (const std::exception& error) {
    Log(LogLevel::kError, std::string("gRPC handler: ") + error.what());
  }  // the guard answers INTERNAL
}

void GrpcCall::Reply(GrpcReply reply) {
  counters_.CountReply(reply.status.code());
  // Before Finish, after which this object may be gone.
  open_calls_.Remove(port_);
  if (!reply.status.ok()) return Finish(ToGrpcStatus(reply.status, reply.status_details));
  reply_ = ToByteBuffer(reply.body);
  StartWriteAndFinish(&reply_, grpc::WriteOptions(), grpc::Status::OK);
}

}  // namespace spanhound::net
