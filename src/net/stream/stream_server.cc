#include "net/stream/stream_server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include "base/log.h"
#include "net/byte_budget.h"
#include "net/http/http_stream.h"
#include "net/io_threads.h"
#include "net/session_set.h"
#include "net/tcp_listener.h"
#include "net/tls_context.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kBufferKeptBytes = 256 << 10;  // of a connection that has nothing in it

class StreamSession;

struct StreamCounters {
  StreamCounters(Metrics& metrics, const std::string& server)
      : connections(metrics.NewCounter("spanhound_stream_connections_total",
                                       "Connections accepted.", {{"server", server}})),
        refused_connections(Refused(metrics, server, "connections_max")),
        closed_buffer(Refused(metrics, server, "buffer_bytes_max")),
        closed_memory(Refused(metrics, server, "in_flight_bytes_max")),
        closed_unread(Refused(metrics, server, "unread_bytes_max")),
        refused_handshakes(Refused(metrics, server, "tls")),
        timeouts(Refused(metrics, server, "timeout")) {}

  Counter& connections;
  Counter& refused_connections;
  Counter& closed_buffer;
  Counter& closed_memory;
  Counter& closed_unread;
  Counter& refused_handshakes;
  Counter& timeouts;

 private:
  static Counter& Refused(Metrics& metrics, const std::string& server, const char* limit) {
    return metrics.NewCounter("spanhound_stream_refused_total",
                              "Connections refused or closed by a limit of the server.",
                              {{"server", server}, {"limit", limit}});
  }
};

struct StreamShared {
  StreamShared(StreamServerOptions server_options, NewStreamHandler factory, Metrics& metrics)
      : options(std::move(server_options)),
        new_handler(std::move(factory)),
        counters(metrics, options.name),
        buffers(options.in_flight_bytes_max) {}

  const StreamServerOptions options;
  const NewStreamHandler new_handler;
  StreamCounters counters;
  ByteBudget buffers;
  asio::io_context io;

  SessionSet<StreamSession> sessions;
};

// Owned by its pending I/O and by the handler's port, whose owner it is itself until it closes.
// Everything private runs on its strand.
class StreamSession : public StreamPort, public std::enable_shared_from_this<StreamSession> {
 public:
  StreamSession(std::shared_ptr<StreamShared> shared, tcp::socket socket)
      : shared_(std::move(shared)),
        strand_(socket.get_executor()),
        stream_(std::move(socket),
                shared_->options.tls ? shared_->options.tls->Current() : nullptr),
        timer_(strand_) {}

  ~StreamSession() override {
    shared_->buffers.Give(taken_bytes_);
    shared_->sessions.Remove(this);
  }

  void Start() {
    Post([](StreamSession& self) {
      if (!self.stream_.is_encrypted()) return self.Open();
      self.stream_.tcp().expires_after(
          std::chrono::milliseconds(self.shared_->options.handshake_timeout_ms));
      self.stream_.Handshake(asio::ssl::stream_base::server,
                             [me = self.shared_from_this()](ErrorCode code) {
                               if (me->is_closed_) return;
                               if (!code) return me->Open();
                               me->shared_->counters.refused_handshakes.Add();
                               me->CloseNow();
                             });
    });
  }

  void Write(std::string bytes) override {
    Post([bytes = std::move(bytes)](StreamSession& self) mutable { self.Queue(std::move(bytes)); });
  }

  void Resume(uint32_t delay_ms) override {
    Post([delay_ms](StreamSession& self) {
      if (delay_ms == 0) return self.Continue();
      self.timer_.expires_after(std::chrono::milliseconds(delay_ms));
      self.timer_.async_wait([me = self.shared_from_this()](ErrorCode code) {
        code ? me->CloseNow() : me->Continue();
      });
    });
  }

  void Close() override {
    Post([](StreamSession& self) { self.CloseWhenWritten(); });
  }

  // Lets a handler that waits finish first.
  void CloseWhenIdle() {
    Post([](StreamSession& self) {
      self.closes_when_idle_ = true;
      if (!self.is_waiting_) self.CloseWhenWritten();
    });
  }

  void CloseAtOnce() {
    Post([](StreamSession& self) { self.CloseNow(); });
  }

 private:
  template <typename Work>
  void Post(Work work) {
    asio::post(strand_, [self = shared_from_this(), work = std::move(work)]() mutable {
      if (!self->is_closed_) work(*self);
    });
  }

  void Open() {
    handler_ = shared_->new_handler(shared_from_this());
    Read();
  }

  void Read() {
    const size_t size = buffer_.size();
    buffer_.resize(size + kReadBytes);
    stream_.tcp().expires_after(std::chrono::milliseconds(shared_->options.idle_timeout_ms));
    stream_.async_read_some(asio::buffer(buffer_.data() + size, kReadBytes),
                            [self = shared_from_this(), size](ErrorCode code, size_t bytes) {
                              if (self->is_closed_) return;
                              self->buffer_.resize(size + bytes);
                              self->OnRead(code);
                            });
  }

  void OnRead(ErrorCode code) {
    if (code) {
      if (code == boost::beast::error::timeout) shared_->counters.timeouts.Add();
      return CloseNow();
    }
    if (buffer_.size() > shared_->options.buffer_bytes_max) {
      shared_->counters.closed_buffer.Add();
      return CloseNow();
    }
    if (buffer_.capacity() > taken_bytes_) {
      if (!shared_->buffers.Take(buffer_.capacity() - taken_bytes_)) {
        shared_->counters.closed_memory.Add();
        return CloseNow();
      }
      taken_bytes_ = buffer_.capacity();
    }
    CallHandler();
  }

  // What a large message needed is not kept for the small ones that may follow. While a handler
  // works, what it has taken counts still.
  void GiveBack() {
    if (buffer_.empty() && buffer_.capacity() > kBufferKeptBytes) std::string().swap(buffer_);
    if (buffer_.capacity() >= taken_bytes_) return;
    shared_->buffers.Give(taken_bytes_ - buffer_.capacity());
    taken_bytes_ = buffer_.capacity();
  }

  void CallHandler() {
    StreamNext next = StreamNext::kClose;
    try {
      next = handler_->OnBytes(buffer_);
    } catch (const std::exception& error) {
      Log(LogLevel::kError, shared_->options.name + ": " + error.what());
    }
    if (next == StreamNext::kClose) return Close();  // behind what the handler has written
    is_waiting_ = next == StreamNext::kWait;
    if (is_waiting_) return;
    if (closes_when_idle_) return CloseWhenWritten();
    GiveBack();
    Read();
  }

  void Continue() {
    if (!std::exchange(is_waiting_, false)) return;
    CallHandler();
  }

  void Queue(std::string bytes) {
    if (queued_.size() + bytes.size() > shared_->options.unread_bytes_max) {
      shared_->counters.closed_unread.Add();
      return CloseNow();
    }
    queued_ += bytes;
    if (writing_.empty()) WriteQueued();
  }

  void WriteQueued() {
    std::swap(writing_, queued_);
    asio::async_write(
        stream_, asio::buffer(writing_),
        [self = shared_from_this()](ErrorCode code, size_t) { self->OnWritten(code); });
  }

  void OnWritten(ErrorCode code) {
    if (is_closed_) return;
    if (code) return CloseNow();
    writing_.clear();
    if (!queued_.empty()) return WriteQueued();
    if (closes_when_written_) CloseNow();
  }

  void CloseWhenWritten() {
    closes_when_written_ = true;
    if (writing_.empty()) CloseNow();
  }

  void CloseNow() {
    if (std::exchange(is_closed_, true)) return;
    handler_.reset();
    timer_.cancel();
    stream_.tcp().close();
  }

  const std::shared_ptr<StreamShared> shared_;  // first: the stream needs its io_context to die
  const asio::any_io_executor strand_;
  HttpStream stream_;
  asio::steady_timer timer_;
  std::unique_ptr<StreamHandler> handler_;
  std::string buffer_;
  size_t taken_bytes_ = 0;  // of the budget
  std::string writing_;
  std::string queued_;
  bool is_waiting_ = false;
  bool closes_when_idle_ = false;
  bool closes_when_written_ = false;
  bool is_closed_ = false;
};

class AsioStreamServer : public StreamServer {
 public:
  explicit AsioStreamServer(std::shared_ptr<StreamShared> shared)
      : shared_(std::move(shared)),
        listener_(std::make_shared<TcpListener>(
            shared_->io, shared_->options.name,
            [this](tcp::socket socket) { Serve(std::move(socket)); })),
        threads_(shared_->io, shared_->options.name) {}

  ~AsioStreamServer() override { Stop(0); }

  Status Listen(int threads) {
    RETURN_IF_ERROR(listener_->Listen(shared_->options.address, shared_->options.port));
    threads_.Start(std::max(threads, 1));
    return Status::Ok();
  }

  uint16_t port() const override { return listener_->port(); }

  void Stop(uint32_t deadline_ms) override {
    if (!threads_.are_running()) return;
    listener_->Close();
    for (const auto& session : shared_->sessions.BeginStop()) session->CloseWhenIdle();
    shared_->sessions.WaitUntilEmpty(deadline_ms);
    for (const auto& session : shared_->sessions.BeginStop()) session->CloseAtOnce();
    threads_.Stop();
  }

 private:
  using Sessions = SessionSet<StreamSession>;

  void Serve(tcp::socket socket) {
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::shared_ptr<StreamSession> session;
    const auto refusal = shared_->sessions.Admit(
        shared_->options.connections_max,
        [&] { return std::make_shared<StreamSession>(shared_, std::move(socket)); }, &session);
    if (refusal == Sessions::Refusal::kFull) shared_->counters.refused_connections.Add();
    if (refusal != Sessions::Refusal::kNone) return;  // the socket dies, and the connection
    shared_->counters.connections.Add();
    session->Start();
  }

  const std::shared_ptr<StreamShared> shared_;
  const std::shared_ptr<TcpListener> listener_;
  IoThreads threads_;
};

}  // namespace

Result<std::unique_ptr<StreamServer>> StreamServer::Start(StreamServerOptions options, int threads,
                                                          NewStreamHandler new_handler,
                                                          Metrics& metrics) {
  auto shared = std::make_shared<StreamShared>(std::move(options), std::move(new_handler), metrics);
  auto server = std::make_unique<AsioStreamServer>(std::move(shared));
  RETURN_IF_ERROR(server->Listen(threads));
  return std::unique_ptr<StreamServer>(std::move(server));
}

}  // namespace spanhound::net
