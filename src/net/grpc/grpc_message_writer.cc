#include "net/grpc/grpc_message_writer.h"

#include <chrono>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/grpc/grpc_bytes.h"

namespace spanhound::net {

GrpcMessageWriter::GrpcMessageWriter(GrpcStream& stream, WorkQueue& queue, GrpcMessages messages,
                                     uint32_t unread_timeout_ms, Done done)
    : stream_(stream),
      queue_(queue),
      unread_timeout_ms_(unread_timeout_ms),
      done_(std::move(done)),
      messages_(std::move(messages)) {}

void GrpcMessageWriter::Begin() {
  WatchReader();
  MakeNext();
}

void GrpcMessageWriter::MakeNext() {
  if (is_unread_) return End({Code::kAborted, "the answer was not read"});
  if (is_cancelled_) return End({Code::kCancelled, "nobody reads the answer any more"});
  queue_.Add([this] {
    Make();
    stream_.loop().Run([this] { WriteMade(); });
  });
}

void GrpcMessageWriter::Make() {
  made_.reset();
  try {
    made_ = messages_();
  } catch (const std::exception& error) {
    Log(LogLevel::kError, std::string("gRPC messages: ") + error.what());
    failure_ = Status(Code::kInternal, "the answer could not be made");
  }
  if (!made_) messages_ = nullptr;  // here, because what it holds may be large
}

void GrpcMessageWriter::WriteMade() {
  if (!made_) return End(std::move(failure_));
  is_writing_ = true;
  stream_.io().Write(ToByteBuffer(*made_), &has_written_);
}

void GrpcMessageWriter::HasWritten(bool ok) {
  is_writing_ = false;
  ++written_count_;
  if (!ok) is_cancelled_ = true;
  MakeNext();
}

// Looks after one time-out whether anything was written in it.
void GrpcMessageWriter::WatchReader() {
  is_watching_ = true;
  watched_count_ = written_count_;
  alarm_.Set(stream_.loop().queue(),
             std::chrono::system_clock::now() + std::chrono::milliseconds(unread_timeout_ms_),
             &has_watched_);
}

void GrpcMessageWriter::HasWatched(bool) {
  is_watching_ = false;
  if (end_) return TellIfOver();
  const bool is_stuck = is_writing_ && watched_count_ == written_count_;
  if (!is_stuck) return WatchReader();
  is_unread_ = true;
  stream_.context().TryCancel();  // ends the write
}

void GrpcMessageWriter::End(Status status) {
  end_ = std::move(status);
  if (messages_) queue_.Add([messages = std::move(messages_)] {});  // destroyed there
  if (is_watching_) alarm_.Cancel();
  TellIfOver();
}

void GrpcMessageWriter::TellIfOver() {
  if (end_ && !is_watching_) done_(*end_);
}

}  // namespace spanhound::net
