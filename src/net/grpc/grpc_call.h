// GrpcCall: one call with one request on the generic service, on the thread of its loop. It deletes
// itself after its last event, which comes only after it was answered, cancelled or not; so a late
// answer from any thread is safe. GrpcCallPort is what the answering side holds; it passes on one
// answer only. What a message asks for is done on the threads of GrpcShared, not on the loop's:
// that stays free to turn calls away while the queue is long.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "net/grpc/grpc_message_writer.h"
#include "net/grpc/grpc_server.h"
#include "net/grpc/grpc_stream.h"
#include "net/work_queue.h"

namespace spanhound::net {

class GrpcCall;

class GrpcCallPort {
 public:
  explicit GrpcCallPort(GrpcCall* call) : call_(call) {}
  // Any thread; only the first counts.
  void Send(GrpcReply reply);
  // The client has gone or its deadline is over: nobody reads the answer, though it must come.
  void NoteCancelled() { peer_.NoteGone(); }
  bool is_cancelled() const { return peer_.is_gone(); }
  GrpcPeer& peer() { return peer_; }

 private:
  std::atomic<GrpcCall*> call_;
  GrpcPeer peer_;
};

// The calls whose answer has not left, so that a stopping server can wait, and answer the rest.
class GrpcOpenCalls {
 public:
  void Add(const std::shared_ptr<GrpcCallPort>& port);
  void Remove(const std::shared_ptr<GrpcCallPort>& port);
  // False if some are left after `deadline_ms`.
  bool WaitUntilNone(uint32_t deadline_ms);
  void AnswerAll(const GrpcReply& reply);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_set<std::shared_ptr<GrpcCallPort>> ports_;  // guarded by mutex_
};

// Requests by status code, made when first seen.
class GrpcCounters {
 public:
  GrpcCounters(Metrics& metrics, std::string server);
  void CountReply(Code code, uint64_t count = 1);

 private:
  static constexpr size_t kCodes = 17;
  Metrics& metrics_;
  const std::string server_;
  std::atomic<Counter*> by_code_[kCodes] = {};
};

// What all calls of a server have in common; outlives them.
struct GrpcShared {
  GrpcShared(GrpcServerOptions server_options, Metrics& metrics);
  // The answer with which the server itself turns a call away.
  GrpcReply Refusal(Status status) const;
  GrpcReply StoppingRefusal() const { return Refusal(Unavailable("the server is stopping")); }
  // Before anything is done for a call.
  Status Admit(GrpcRequest& head);
  // Answers a call that was not admitted; one that may come back is held first.
  void TurnAway(std::shared_ptr<GrpcCallPort> port, Status status, GrpcStream& stream);

  const GrpcServerOptions options;
  GrpcOpenCalls open_calls;
  GrpcCounters counters;
  Counter& refused_delay;
  Counter& refused_memory;
  const std::shared_ptr<ByteBudget> bytes;  // of messages that wait or are worked on
  WorkQueue queue;                          // last: its tasks use the rest
};

enum class GrpcCallKind { kOrdinary, kProbe };  // probes are neither asked who they are nor queued

class GrpcCall final {
 public:
  // `handler` null: the method is unknown. It and `shared` outlive the server.
  GrpcCall(std::unique_ptr<GrpcStream> stream, const GrpcHandler* handler, GrpcCallKind kind,
           GrpcShared& shared);
  GrpcCall(const GrpcCall&) = delete;
  GrpcCall& operator=(const GrpcCall&) = delete;

  // Once.
  void Begin();
  // By the port, once.
  void Reply(GrpcReply reply);

 private:
  void Finish();
  void WriteMessages();
  void HasRead(bool ok);
  void HasFinished(bool ok);
  void IsOver(bool ok);
  void ForgetEvent();

  const std::unique_ptr<GrpcStream> stream_;
  const GrpcHandler* const handler_;
  const GrpcCallKind kind_;
  GrpcShared& shared_;
  const std::shared_ptr<GrpcCallPort> port_;
  GrpcRequest head_;  // the metadata, until the message is there
  grpc::ByteBuffer message_;
  GrpcReply reply_;
  std::unique_ptr<GrpcMessageWriter> writer_;  // of an answer of several messages
  int events_to_come_ = 2;                     // it was answered, it is over
  GrpcEventOf<&GrpcCall::HasRead> has_read_{*this};
  GrpcEventOf<&GrpcCall::HasFinished> has_finished_{*this};
  GrpcEventOf<&GrpcCall::IsOver> is_over_{*this};
};

}  // namespace spanhound::net
