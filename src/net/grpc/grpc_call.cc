#include "net/grpc/grpc_call.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "base/log.h"
#include "net/grpc/grpc_bytes.h"
#include "net/grpc/grpc_message.h"

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

// A message on its way from the wire to the handler; holds its share of the bytes in flight.
class GrpcWork {
 public:
  GrpcWork(GrpcShared& shared, const GrpcHandler& handler, std::shared_ptr<GrpcCallPort> port,
           GrpcRequest head)
      : shared_(shared), handler_(handler), port_(std::move(port)), request_(std::move(head)) {}
  ~GrpcWork() { shared_.bytes->Give(taken_bytes_); }
  GrpcWork(const GrpcWork&) = delete;
  GrpcWork& operator=(const GrpcWork&) = delete;

  // False when too many bytes are in flight.
  bool TakeMessage(std::string wire_bytes) {
    if (!shared_.bytes->Take(wire_bytes.size())) return false;
    taken_bytes_ = wire_bytes.size();
    wire_bytes_ = std::move(wire_bytes);
    return true;
  }

  void Run() {
    if (port_->is_cancelled()) {
      return port_->Send(Failure(Code::kCancelled, "nobody waits for the answer any more"));
    }
    Result<std::string> body = ReadMessage(std::move(wire_bytes_), shared_.options.request);
    if (!body.ok()) return port_->Send({body.status()});
    request_.body = std::move(*body);
    request_.peer = std::shared_ptr<GrpcPeer>(port_, &port_->peer());
    auto guard = std::make_shared<ReplyGuard>(port_);
    try {
      handler_(std::move(request_), [guard](GrpcReply reply) { guard->Send(std::move(reply)); });
    } catch (const std::exception& error) {
      Log(LogLevel::kError, std::string("gRPC handler: ") + error.what());
    }  // the guard answers INTERNAL
  }

 private:
  GrpcShared& shared_;
  const GrpcHandler& handler_;
  const std::shared_ptr<GrpcCallPort> port_;
  GrpcRequest request_;
  std::string wire_bytes_;
  size_t taken_bytes_ = 0;
};

Counter& Refused(Metrics& metrics, const std::string& server, const char* limit) {
  return metrics.NewCounter("spanhound_grpc_refused_total",
                            "Calls turned away before their message was looked at.",
                            {{"server", server}, {"limit", limit}});
}

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

GrpcShared::GrpcShared(GrpcServerOptions server_options, Metrics& metrics)
    : options(std::move(server_options)),
      counters(metrics, options.name),
      refused_delay(Refused(metrics, options.name, "queue_delay_max_ms")),
      refused_memory(Refused(metrics, options.name, "in_flight_bytes_max")),
      bytes(BudgetOr(options.in_flight, options.in_flight_bytes_max)),
      queue(options.threads > 0
                ? options.threads
                : std::max(2, static_cast<int>(std::thread::hardware_concurrency()))) {}

GrpcReply GrpcShared::Refusal(Status status) const {
  std::string details = options.error_details ? options.error_details(status) : std::string();
  return {std::move(status), {}, std::move(details)};
}

Status GrpcShared::Admit(GrpcRequest& head) {
  if (options.admit) RETURN_IF_ERROR(options.admit(head));
  if (queue.delay_ms() <= options.queue_delay_max_ms) return Status::Ok();
  refused_delay.Add();
  return Unavailable("the server is overloaded; try again");
}

void GrpcShared::TurnAway(std::shared_ptr<GrpcCallPort> port, Status status, GrpcStream& stream) {
  const bool may_come_back = status.code() == Code::kUnavailable;
  GrpcReply refusal = Refusal(std::move(status));
  if (!may_come_back) return port->Send(std::move(refusal));
  // A deadline may be as far away as the clock goes.
  const auto now = std::chrono::system_clock::now();
  const auto left = std::max(stream.context().deadline(), now) - now;
  const auto hold = std::min<std::chrono::nanoseconds>(
      left / 2, std::chrono::milliseconds(options.refusal_hold_ms));
  stream.loop().held().Add(
      std::chrono::steady_clock::now() + hold,
      [port = std::move(port), refusal = std::move(refusal)] { port->Send(refusal); });
}

GrpcCall::GrpcCall(std::unique_ptr<GrpcStream> stream, const GrpcHandler* handler,
                   GrpcCallKind kind, GrpcShared& shared)
    : stream_(std::move(stream)),
      handler_(handler),
      kind_(kind),
      shared_(shared),
      port_(std::make_shared<GrpcCallPort>(this)) {
  stream_->set_over(&is_over_);
}

void GrpcCall::Begin() {
  shared_.open_calls.Add(port_);
  const grpc::GenericServerContext& context = stream_->context();
  if (stream_->loop().is_closed()) return port_->Send(shared_.StoppingRefusal());
  if (handler_ == nullptr) {
    return port_->Send(Failure(Code::kUnimplemented, "unknown method " + context.method()));
  }
  head_.method = context.method();
  for (const auto& [name, value] : context.client_metadata()) {
    head_.metadata.emplace_back(std::string(name.data(), name.size()),
                                std::string(value.data(), value.size()));
  }
  Status admitted = kind_ == GrpcCallKind::kProbe ? Status::Ok() : shared_.Admit(head_);
  if (!admitted.ok()) return shared_.TurnAway(port_, std::move(admitted), *stream_);
  ++events_to_come_;
  stream_->io().Read(&message_, &has_read_);
}

void GrpcCall::HasRead(bool ok) {
  if (!ok) {  // cancelled, too large (gRPC has put its own status on the wire), or no message
    port_->Send(Failure(Code::kInvalidArgument, "a call needs one message"));
    return ForgetEvent();
  }
  auto work = std::make_shared<GrpcWork>(shared_, *handler_, port_, std::move(head_));
  if (!work->TakeMessage(GatherSlices(message_))) {
    shared_.refused_memory.Add();
    port_->Send(shared_.Refusal(Unavailable("too many message bytes in flight; try again")));
    return ForgetEvent();
  }
  message_.Clear();
  if (kind_ == GrpcCallKind::kProbe) {
    work->Run();
  } else {
    shared_.queue.Add([work] { work->Run(); });
  }
  ForgetEvent();
}

void GrpcCall::Reply(GrpcReply reply) {
  if (!reply.status.ok()) reply.messages = nullptr;
  // Several messages are counted when they have been written, by what the call ends with.
  if (!reply.messages) shared_.counters.CountReply(reply.status.code());
  reply_ = std::move(reply);
  stream_->loop().Run([this] { Finish(); });
}

void GrpcCall::Finish() {
  if (reply_.messages) return WriteMessages();
  if (!reply_.status.ok()) {
    return stream_->io().Finish(ToGrpcStatus(reply_.status, reply_.status_details), &has_finished_);
  }
  stream_->io().WriteAndFinish(ToByteBuffer(reply_.body), grpc::WriteOptions(), grpc::Status::OK,
                               &has_finished_);
}

void GrpcCall::WriteMessages() {
  writer_ = std::make_unique<GrpcMessageWriter>(
      *stream_, shared_.queue, std::move(reply_.messages), shared_.options.unread_timeout_ms,
      [this](const Status& status) {
        shared_.counters.CountReply(status.code());
        stream_->io().Finish(ToGrpcStatus(status, ""), &has_finished_);
      });
  if (port_->is_cancelled()) writer_->NoteCancelled();
  writer_->Begin();
}

void GrpcCall::HasFinished(bool) { ForgetEvent(); }

void GrpcCall::IsOver(bool) {
  if (stream_->context().IsCancelled()) {
    port_->NoteCancelled();
    if (writer_) writer_->NoteCancelled();
  }
  ForgetEvent();
}

void GrpcCall::ForgetEvent() {
  if (--events_to_come_ > 0) return;
  shared_.open_calls.Remove(port_);
  delete this;
}

}  // namespace spanhound::net
