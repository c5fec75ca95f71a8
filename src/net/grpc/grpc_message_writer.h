// GrpcMessageWriter: sends the messages of one answer. Each is made on a thread of the queue, and
// not before the one before has been written, which gRPC says when the client has room for it: a
// slow reader costs one message, not the whole answer. Ends early when the client has gone or takes
// nothing for too long. On the thread of the call's loop.
#pragma once

#include <grpcpp/alarm.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/status.h"
#include "net/grpc/grpc_server.h"
#include "net/grpc/grpc_stream.h"
#include "net/work_queue.h"

namespace spanhound::net {

class GrpcMessageWriter final {
 public:
  // `done` gets the status to end the call with, once; the writer waits for no event then. Stream
  // and queue outlive it.
  using Done = std::function<void(const Status&)>;
  GrpcMessageWriter(GrpcStream& stream, WorkQueue& queue, GrpcMessages messages,
                    uint32_t unread_timeout_ms, Done done);
  GrpcMessageWriter(const GrpcMessageWriter&) = delete;
  GrpcMessageWriter& operator=(const GrpcMessageWriter&) = delete;

  void Begin();
  // The client has gone: nothing more is made.
  void NoteCancelled() { is_cancelled_ = true; }

 private:
  void MakeNext();
  void Make();
  void WriteMade();
  void HasWritten(bool ok);
  void WatchReader();
  void HasWatched(bool ok);
  void End(Status status);
  void TellIfOver();

  GrpcStream& stream_;
  WorkQueue& queue_;
  const uint32_t unread_timeout_ms_;
  const Done done_;
  // These three are the queue's thread's from MakeNext to WriteMade.
  GrpcMessages messages_;
  std::optional<std::string> made_;
  Status failure_;

  grpc::Alarm alarm_;
  uint64_t written_count_ = 0;
  uint64_t watched_count_ = 0;  // written_count_ when the alarm was set
  bool is_writing_ = false;
  bool is_watching_ = false;
  bool is_cancelled_ = false;
  bool is_unread_ = false;
  std::optional<Status> end_;  // when nothing more is written
  GrpcEventOf<&GrpcMessageWriter::HasWritten> has_written_{*this};
  GrpcEventOf<&GrpcMessageWriter::HasWatched> has_watched_{*this};
};

}  // namespace spanhound::net
