// HttpSession: one connection of an HttpServer, reading a request, handing it to the handler,
// writing the reply, and again. Owned by its pending I/O and, while a handler works, by the
// ReplyPort; everything inside runs on its strand. Bodies are decompressed and handlers run on the
// server's work threads, in the order the requests came: those that read stay free to turn requests
// away while work waits too long. HttpShared is what all sessions of a server have in common and
// outlives them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/http/http_body.h"
#include "net/http/http_collected_body.h"
#include "net/http/http_counters.h"
#include "net/http/http_server.h"
#include "net/http/http_stream.h"
#include "net/session_set.h"
#include "net/work_queue.h"

namespace spanhound::net {

class HttpSession;

struct HttpShared {
  HttpShared(HttpServerOptions server_options, int work_threads, HttpHandler server_handler,
             Metrics& metrics);

  // The answer to what the server itself must refuse.
  HttpResponse RenderError(const HttpRequest& request, const HttpError& error) const;

  const HttpServerOptions options;
  const HttpHandler handler;
  const bool checks_host;
  HttpCounters counters;
  const std::shared_ptr<ByteBudget> bodies;
  ByteBudget unread;  // answers
  boost::asio::io_context io;
  PeerWatch peers;
  SessionSet<HttpSession> sessions;
  WorkQueue work;  // last: its tasks use the rest
};

// The way back from a handler to its session. Lives as long as the responder does; once the
// session is closed, replies fall on the floor.
class ReplyPort {
 public:
  ReplyPort(std::shared_ptr<HttpSession> session, std::string accept_encoding)
      : accept_encoding_(std::move(accept_encoding)), session_(std::move(session)) {}
  // Only the first of all counts. Compresses on the caller's thread.
  void Send(HttpResponse response);
  // The server's own answer to a request it could not even decode; the connection ends with it.
  void Refuse(HttpResponse response);
  void Detach();

 private:
  const std::string accept_encoding_;
  std::mutex mutex_;
  std::shared_ptr<HttpSession> session_;
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<HttpShared> shared, boost::asio::ip::tcp::socket socket);
  ~HttpSession();

  // All from any thread.
  void Start();
  void CloseWhenIdle();  // finishes a request that has begun
  void CloseNow();
  void PostReply(HttpResponse response);
  void PostRefusal(HttpResponse response);

 private:
  using ErrorCode = boost::system::error_code;
  enum class Phase { kReadingHead, kReadingBody, kHandling, kWriting, kDraining, kClosed };

  void BeginHandshake();
  void BeginRequest(std::chrono::milliseconds first_byte_timeout);
  void ReadHead();
  void OnHeadBytes(size_t bytes_read);
  void OnHead(size_t head_bytes);
  HttpError ParseHead(size_t head_bytes);
  HttpError CheckHead() const;
  HttpError Admit();
  void BeginBody();
  void SendContinue();
  void ParseBody();
  void ReadBody();
  void Dispatch();
  void Refuse(const HttpError& error);
  void RefuseOverload(const HttpError& error);
  void HoldRefusal(const HttpError& error);

  void OnReply(HttpResponse response);
  // Whether the memory of an answer is within the limit; then it is taken.
  bool TakeUnread(size_t body_bytes);
  void LetGoOfReply();
  void Write();
  void OnWritten();
  void SkipBody();
  void BeginDrain();
  void Drain();
  void Close();

  const std::shared_ptr<HttpShared> shared_;  // first: the stream needs its io_context to die
  const boost::asio::any_io_executor strand_;
  HttpStream stream_;
  boost::beast::flat_buffer buffer_;
  Phase phase_ = Phase::kReadingHead;
  bool closes_when_idle_ = false;

  std::shared_ptr<HttpBody> body_;  // also of the work on it
  std::optional<boost::beast::http::request_parser<CollectedBody>> parser_;
  HttpRequest request_;
  bool keeps_alive_ = false;
  bool was_refused_ = false;
  bool is_head_ = false;  // kept apart, because the handler gets the request
  std::string accept_encoding_;
  std::chrono::steady_clock::time_point body_deadline_;

  std::shared_ptr<ReplyPort> reply_port_;
  std::string reply_head_;
  std::string reply_body_;
  size_t written_bytes_ = 0;  // of both
  size_t unread_bytes_ = 0;   // taken of the budget for answers
  std::chrono::steady_clock::time_point write_deadline_;
  size_t drained_bytes_ = 0;
  uint64_t skip_bytes_ = 0;  // of a refused request's body, before the next request
  boost::asio::steady_timer hold_timer_;
};

}  // namespace spanhound::net
