#include "net/http/http_session.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/http/http_reply.h"
#include "net/http/percent_encoding.h"
#include "net/tls_context.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kHeadReadBytes = 8 << 10;
constexpr size_t kBodyReadBytes = 64 << 10;
// On top of body_timeout_ms a body gets a second for every so many bytes: a slow link may send a
// large body, a trickle may not hold a connection.
constexpr size_t kBytesPerSecondMin = 64 << 10;
// An answer gets as much more, and every piece of it no more than so long.
constexpr seconds kWriteTimeout{30};
// So little is not counted: errors and acknowledgements, of which there is one a connection.
constexpr size_t kUncountedReplyBytes = 64 << 10;
// A client that is still sending when we refuse would get a reset instead of our answer if we
// just closed. So what it sends is read and dropped for a while.
constexpr size_t kDrainBytesMax = 256 << 20;
constexpr uint64_t kSkipBytesMax = 1 << 20;
constexpr seconds kDrainTimeout{10};
constexpr seconds kDrainTimeoutAtStop{1};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Proxies send "http://host/path"; the path is what we serve.
std::string_view WithoutAuthority(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!target.starts_with(kScheme)) return target;
  size_t slash = target.find('/', kScheme.size());
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

void SplitTarget(std::string_view target, HttpRequest& request) {
  target = WithoutAuthority(target);
  target = target.substr(0, target.find('#'));
  size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = ParseQuery(target.substr(std::min(question + 1, target.size())));
}

// Hands out the responder of one request and answers 500 if all its copies die unused.
class ReplyGuard {
 public:
  explicit ReplyGuard(std::shared_ptr<ReplyPort> port) : port_(std::move(port)) {}
  ~ReplyGuard() { port_->Send({500, "text/plain", "the request was dropped\n"}); }
  ReplyGuard(const ReplyGuard&) = delete;
  ReplyGuard& operator=(const ReplyGuard&) = delete;
  void Send(HttpResponse response) { port_->Send(std::move(response)); }

 private:
  std::shared_ptr<ReplyPort> port_;
};

// A request that was read, on its way to the handler.
class HttpWork {
 public:
  HttpWork(HttpShared& shared, std::shared_ptr<ReplyPort> port, std::shared_ptr<HttpBody> body,
           HttpRequest request)
      : shared_(shared),
        port_(std::move(port)),
        body_(std::move(body)),
        request_(std::move(request)) {}

  void Run() {
    if (HttpError error = body_->Finish()) {
      shared_.counters.CountRefusal(error.status);
      return port_->Refuse(shared_.RenderError(request_, error));
    }
    request_.body = body_->Take();
    auto guard = std::make_shared<ReplyGuard>(port_);
    try {
      shared_.handler(std::move(request_),
                      [guard](HttpResponse response) { guard->Send(std::move(response)); });
    } catch (const std::exception& error) {
      Log(LogLevel::kError, shared_.options.name + ": handler: " + error.what());
    }  // the guard answers 500
  }

 private:
  HttpShared& shared_;
  const std::shared_ptr<ReplyPort> port_;
  const std::shared_ptr<HttpBody> body_;  // its share of the memory, until there is an answer
  HttpRequest request_;
};

bool IsLoopback(const std::string& address) {
  boost::system::error_code error;
  asio::ip::address parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

}  // namespace

HttpShared::HttpShared(HttpServerOptions server_options, int work_threads,
                       HttpHandler server_handler, Metrics& metrics)
    : options(std::move(server_options)),
      handler(std::move(server_handler)),
      checks_host(!options.allowed_hosts.empty() || IsLoopback(options.address)),
      counters(metrics, options.name),
      bodies(BudgetOr(options.in_flight, options.in_flight_bytes_max)),
      unread(options.unread_bytes_max),
      work(work_threads) {}

HttpResponse HttpShared::RenderError(const HttpRequest& request, const HttpError& error) const {
  HttpResponse response{error.status, "text/plain; charset=utf-8", error.message};
  if (options.render_error) {
    response = options.render_error(request, error.status, error.message);
  }
  if (error.status == 503) response.headers.emplace_back("Retry-After", "1");
  if (error.status == 401) {  // the first makes a browser ask
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"spanhound\"");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

void ReplyPort::Send(HttpResponse response) {
  CompressReply(accept_encoding_, response);
  std::lock_guard lock(mutex_);
  // Posted under the lock: a session that is not detached yet has its server still running.
  if (auto session = std::exchange(session_, nullptr)) session->PostReply(std::move(response));
}

void ReplyPort::Refuse(HttpResponse response) {
  std::lock_guard lock(mutex_);
  if (auto session = std::exchange(session_, nullptr)) session->PostRefusal(std::move(response));
}

void ReplyPort::Detach() {
  std::lock_guard lock(mutex_);
  session_ = nullptr;
}

HttpSession::HttpSession(std::shared_ptr<HttpShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)),
      strand_(socket.get_executor()),
      stream_(std::move(socket), shared_->options.tls ? shared_->options.tls->Current() : nullptr),
      hold_timer_(strand_) {}

HttpSession::~HttpSession() {
  LetGoOfReply();
  shared_->sessions.Remove(this);
}

void HttpSession::Start() {
  asio::post(strand_, [self = shared_from_this()] {
    if (self->stream_.is_encrypted()) return self->BeginHandshake();
    self->BeginRequest(milliseconds(self->shared_->options.header_timeout_ms));
  });
}

void HttpSession::CloseWhenIdle() {
  asio::post(strand_, [self = shared_from_this()] {
    self->closes_when_idle_ = true;
    bool is_idle = self->phase_ == Phase::kReadingHead && self->buffer_.size() == 0;
    if (is_idle) self->Close();
    self->hold_timer_.cancel();  // a refusal that is held is given now
    if (self->phase_ == Phase::kDraining) self->stream_.tcp().expires_after(kDrainTimeoutAtStop);
  });
}

void HttpSession::CloseNow() {
  asio::post(strand_, [self = shared_from_this()] { self->Close(); });
}

void HttpSession::PostReply(HttpResponse response) {
  asio::post(strand_, [self = shared_from_this(), response = std::move(response)]() mutable {
    self->OnReply(std::move(response));
  });
}

void HttpSession::PostRefusal(HttpResponse response) {
  asio::post(strand_, [self = shared_from_this(), response = std::move(response)]() mutable {
    self->keeps_alive_ = false;
    self->was_refused_ = true;
    self->OnReply(std::move(response));
  });
}

void HttpSession::BeginHandshake() {
  if (phase_ == Phase::kClosed) return;
  const milliseconds timeout(shared_->options.header_timeout_ms);
  stream_.tcp().expires_after(timeout);
  stream_.Handshake(asio::ssl::stream_base::server,
                    [self = shared_from_this(), timeout](ErrorCode error) {
                      if (error) {
                        self->shared_->counters.refused_handshakes.Add();
                        return self->Close();
                      }
                      self->BeginRequest(timeout);
                    });
}

void HttpSession::BeginRequest(milliseconds first_byte_timeout) {
  if (phase_ == Phase::kClosed) return;
  if (closes_when_idle_ && buffer_.size() == 0) return Close();
  phase_ = Phase::kReadingHead;
  body_.reset();
  parser_.reset();
  request_ = {};
  is_head_ = false;
  accept_encoding_.clear();
  if (buffer_.size() == 0) buffer_.shrink_to_fit();  // an idle connection holds no buffer
  stream_.tcp().expires_after(first_byte_timeout);
  ReadHead();
}

void HttpSession::ReadHead() {
  std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  size_t end = bytes.find("\r\n\r\n");
  if (end != std::string_view::npos && end + 4 <= shared_->options.header_bytes_max) {
    return OnHead(end + 4);
  }
  if (bytes.size() >= shared_->options.header_bytes_max || end != std::string_view::npos) {
    return Refuse({431, "the request head is larger than the limit of " +
                            std::to_string(shared_->options.header_bytes_max) + " bytes"});
  }
  stream_.async_read_some(buffer_.prepare(kHeadReadBytes),
                          [self = shared_from_this()](ErrorCode error, size_t bytes_read) {
                            if (error == boost::beast::error::timeout) {
                              self->shared_->counters.timeouts.Add();
                            }
                            if (error) return self->Close();
                            self->OnHeadBytes(bytes_read);
                          });
}

void HttpSession::OnHeadBytes(size_t bytes_read) {
  bool is_first = buffer_.size() == 0;
  if (is_first) stream_.tcp().expires_after(milliseconds(shared_->options.header_timeout_ms));
  buffer_.commit(bytes_read);
  ReadHead();
}

void HttpSession::OnHead(size_t head_bytes) {
  HttpError error = ParseHead(head_bytes);
  if (!error) error = CheckHead();
  if (error) return Refuse(error);
  if (HttpError refused = Admit()) {
    return refused.status == 503 ? RefuseOverload(refused) : Refuse(refused);
  }
  if (shared_->work.delay_ms() > shared_->options.queue_delay_max_ms) {
    shared_->counters.refused_overload.Add();
    return RefuseOverload({503, "the server is overloaded; try again"});
  }
  if (shared_->bodies->IsFullFor(parser_->content_length().value_or(0))) {
    shared_->counters.refused_memory.Add();
    return RefuseOverload({503, "too many request bytes in flight; try again"});
  }
  BeginBody();
}

HttpError HttpSession::ParseHead(size_t head_bytes) {
  const char* bytes = static_cast<const char*>(buffer_.data().data());
  keeps_alive_ = false;
  if (HttpError error = CheckRawHead({bytes, head_bytes})) return error;
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(shared_->options.header_bytes_max));
  parser_->body_limit(boost::none);  // HttpBody's business
  parser_->eager(false);
  ErrorCode code;
  size_t parsed_bytes = parser_->put(asio::const_buffer(bytes, head_bytes), code);
  if (code || !parser_->is_header_done()) return {400, "malformed request head"};
  buffer_.consume(parsed_bytes);
  const auto& head = parser_->get();
  request_.method = std::string(head.method_string());
  is_head_ = request_.method == "HEAD";
  SplitTarget(head.target(), request_);
  for (const auto& field : head) {
    request_.headers.emplace_back(LowerCase(field.name_string()), std::string(field.value()));
  }
  accept_encoding_ = request_.header("accept-encoding");
  return CheckHeaders(request_.headers, head.version() == 10);
}

HttpError HttpSession::CheckHead() const {
  unsigned version = parser_->get().version();
  if (version != 10 && version != 11) return {505, "this server speaks HTTP/1.1"};
  bool is_ours = !shared_->checks_host || request_.header("host").empty() ||
                 IsOurHost(request_.header("host"), shared_->options.allowed_hosts);
  if (!is_ours) {
    return {421, "this host name is not allowed; see the allowed hosts of the server's options"};
  }
  if (!request_.path.starts_with('/') && request_.path != "*") return {400, "malformed target"};
  std::string expect = LowerCase(request_.header("expect"));
  if (!expect.empty() && expect != "100-continue") return {417, "unknown expectation"};
  return {};
}

HttpError HttpSession::Admit() {
  if (!shared_->options.admit) return {};
  const Status status = shared_->options.admit(request_);
  if (status.ok()) return {};
  return {HttpStatusFromCode(status.code()), status.message()};
}

void HttpSession::BeginBody() {
  phase_ = Phase::kReadingBody;
  std::optional<uint64_t> length;
  if (parser_->content_length()) length = *parser_->content_length();
  body_ = std::make_shared<HttpBody>(shared_->options.request, *shared_->bodies);
  if (HttpError error = body_->Begin(request_.header("content-encoding"), length)) {
    return Refuse(error);
  }
  keeps_alive_ = parser_->keep_alive();
  parser_->get().body().body = &*body_;
  parser_->eager(true);
  body_deadline_ =
      std::chrono::steady_clock::now() + milliseconds(shared_->options.body_timeout_ms);
  bool waits_for_us = !request_.header("expect").empty() && !parser_->is_done();
  waits_for_us ? SendContinue() : ParseBody();
}

void HttpSession::SendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.tcp().expires_at(body_deadline_);
  asio::async_write(stream_, asio::buffer(kContinue),
                    [self = shared_from_this()](ErrorCode error, size_t) {
                      error ? self->Close() : self->ParseBody();
                    });
}

void HttpSession::ParseBody() {
  ErrorCode code;
  while (!parser_->is_done() && buffer_.size() > 0) {
    size_t parsed_bytes = parser_->put(buffer_.data(), code);
    buffer_.consume(parsed_bytes);
    if (code == http::error::need_more || (!code && parsed_bytes == 0)) break;
    if (HttpError error = parser_->get().body().error) return Refuse(error);
    if (code) return Refuse({400, "malformed request body"});
  }
  // Chunk marks and trailers have to fit where a head fits.
  bool is_stuck = !parser_->is_done() && buffer_.size() > shared_->options.header_bytes_max;
  if (is_stuck) return Refuse({431, "chunk header or trailer too large"});
  if (!parser_->is_done()) return ReadBody();
  Dispatch();
}

void HttpSession::ReadBody() {
  stream_.tcp().expires_at(body_deadline_);
  // No more room than is announced: a thousand slow senders of little hold little.
  size_t read_bytes = kBodyReadBytes;
  if (auto left = parser_->content_length_remaining()) {
    read_bytes = std::clamp<uint64_t>(*left, kHeadReadBytes, kBodyReadBytes);
  }
  stream_.async_read_some(
      buffer_.prepare(read_bytes), [self = shared_from_this()](ErrorCode error, size_t bytes_read) {
        if (error == boost::beast::error::timeout) self->shared_->counters.timeouts.Add();
        if (error) return self->Close();
        self->buffer_.commit(bytes_read);
        self->body_deadline_ += milliseconds(bytes_read * 1000 / kBytesPerSecondMin);
        self->ParseBody();
      });
}

void HttpSession::Dispatch() {
  phase_ = Phase::kHandling;
  stream_.tcp().expires_never();
  request_.peer = HttpPeer(&shared_->peers, stream_.tcp().socket().native_handle());
  reply_port_ = std::make_shared<ReplyPort>(shared_from_this(), accept_encoding_);
  auto work = std::make_shared<HttpWork>(*shared_, reply_port_, body_, std::move(request_));
  shared_->work.Add([work] { work->Run(); });
}

void HttpSession::Refuse(const HttpError& error) {
  shared_->counters.CountRefusal(error.status);
  keeps_alive_ = false;
  was_refused_ = true;
  phase_ = Phase::kHandling;
  OnReply(shared_->RenderError(request_, error));
}

// Before the body is read, counted by whoever refused. A client that comes back later may keep its
// connection if its body is short: a new one would cost both sides more than reading past it.
void HttpSession::RefuseOverload(const HttpError& error) {
  const auto length = parser_->content_length();
  const bool waits_for_us = !request_.header("expect").empty();
  keeps_alive_ = parser_->keep_alive() && length && *length <= kSkipBytesMax && !waits_for_us;
  skip_bytes_ = keeps_alive_ ? *length : 0;
  was_refused_ = !keeps_alive_;
  phase_ = Phase::kHandling;
  const bool has_body = parser_->chunked() || length.value_or(0) > 0;
  has_body ? HoldRefusal(error) : OnReply(shared_->RenderError(request_, error));
}

// Who sends data can wait, and sends no more of it until it is told; who asks (a question has no
// body) wants to know.
void HttpSession::HoldRefusal(const HttpError& error) {
  if (closes_when_idle_) return OnReply(shared_->RenderError(request_, error));
  hold_timer_.expires_after(milliseconds(shared_->options.refusal_hold_ms));
  hold_timer_.async_wait([self = shared_from_this(), error](ErrorCode) {
    self->OnReply(self->shared_->RenderError(self->request_, error));
  });
}

void HttpSession::OnReply(HttpResponse response) {
  if (phase_ != Phase::kHandling) return;  // closed meanwhile
  phase_ = Phase::kWriting;
  body_.reset();
  parser_.reset();
  reply_port_.reset();
  if (!TakeUnread(response.body.size())) {
    shared_->counters.refused_unread.Add();
    response = shared_->RenderError(
        request_, {503, "too many bytes of answers that clients have not read; try again"});
  }
  shared_->counters.CountReply(response.status);
  keeps_alive_ = keeps_alive_ && !closes_when_idle_;
  reply_head_ = ReplyHead(response, keeps_alive_);
  bool has_body = !is_head_ && response.status != 204 && response.status != 304;
  reply_body_ = has_body ? std::move(response.body) : std::string();
  written_bytes_ = 0;
  write_deadline_ = std::chrono::steady_clock::now() + kWriteTimeout;
  Write();
}

bool HttpSession::TakeUnread(size_t body_bytes) {
  if (body_bytes <= kUncountedReplyBytes) return true;
  if (!shared_->unread.Take(body_bytes)) return false;
  unread_bytes_ = body_bytes;
  return true;
}

void HttpSession::LetGoOfReply() {
  reply_head_ = {};
  reply_body_ = {};
  shared_->unread.Give(std::exchange(unread_bytes_, 0));
}

void HttpSession::Write() {
  size_t head_bytes = std::min(written_bytes_, reply_head_.size());
  size_t body_bytes = written_bytes_ - head_bytes;
  std::array<asio::const_buffer, 2> rest = {asio::buffer(reply_head_) + head_bytes,
                                            asio::buffer(reply_body_) + body_bytes};
  if (asio::buffer_size(rest) == 0) return OnWritten();
  const auto now = std::chrono::steady_clock::now();
  stream_.tcp().expires_at(std::min(write_deadline_, now + kWriteTimeout));
  stream_.async_write_some(rest, [self = shared_from_this()](ErrorCode error, size_t bytes) {
    if (error == boost::beast::error::timeout) self->shared_->counters.timeouts.Add();
    if (error) return self->Close();
    self->written_bytes_ += bytes;
    self->write_deadline_ += milliseconds(bytes * 1000 / kBytesPerSecondMin);
    self->Write();
  });
}

void HttpSession::OnWritten() {
  LetGoOfReply();
  if (was_refused_) return BeginDrain();
  if (skip_bytes_ > 0) {
    body_deadline_ =
        std::chrono::steady_clock::now() + milliseconds(shared_->options.body_timeout_ms);
    return SkipBody();
  }
  keeps_alive_ ? BeginRequest(milliseconds(shared_->options.idle_timeout_ms)) : Close();
}

void HttpSession::SkipBody() {
  phase_ = Phase::kReadingBody;
  const size_t buffered = std::min<uint64_t>(buffer_.size(), skip_bytes_);
  buffer_.consume(buffered);
  skip_bytes_ -= buffered;
  if (skip_bytes_ == 0) {
    return keeps_alive_ ? BeginRequest(milliseconds(shared_->options.idle_timeout_ms)) : Close();
  }
  stream_.tcp().expires_at(body_deadline_);
  const size_t read_bytes = std::min<uint64_t>(skip_bytes_, kBodyReadBytes);
  stream_.async_read_some(buffer_.prepare(read_bytes),
                          [self = shared_from_this()](ErrorCode error, size_t bytes_read) {
                            if (error == boost::beast::error::timeout)
                              self->shared_->counters.timeouts.Add();
                            if (error) return self->Close();
                            self->buffer_.commit(bytes_read);
                            self->SkipBody();
                          });
}

void HttpSession::BeginDrain() {
  phase_ = Phase::kDraining;
  buffer_.clear();
  ErrorCode ignored;
  stream_.tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.tcp().expires_after(closes_when_idle_ ? kDrainTimeoutAtStop : kDrainTimeout);
  Drain();
}

void HttpSession::Drain() {
  stream_.async_read_some(buffer_.prepare(kBodyReadBytes),
                          [self = shared_from_this()](ErrorCode error, size_t bytes_read) {
                            self->drained_bytes_ += bytes_read;
                            if (error || self->drained_bytes_ > kDrainBytesMax)
                              self->Close();
                            else
                              self->Drain();
                          });
}

void HttpSession::Close() {
  phase_ = Phase::kClosed;
  if (reply_port_) reply_port_->Detach();
  reply_port_.reset();
  body_.reset();
  hold_timer_.cancel();
  stream_.tcp().close();
}

}  // namespace spanhound::net
