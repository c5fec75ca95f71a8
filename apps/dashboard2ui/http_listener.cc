#include "dashboard2ui/http_listener.h"

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace dashboard2ui {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr int kIoThreads = 2;
constexpr int kHandlerThreads = 16;   // requests that may wait for the back end at once
constexpr int kConnectionsMax = 768;  // of the usual 1024 file descriptors
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when descriptors run out
constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::uint64_t kBodyBytesMax = 64 * 1024;  // no route takes a body
constexpr auto kIoTimeout = std::chrono::seconds(30);
// For requests under way; more than any of them waits for the back end.
constexpr auto kDrainDeadline = std::chrono::seconds(3);

Response ErrorResponse(http::status status, unsigned version) {
  Response response(status, version);
  response.set(http::field::content_type, "application/json");
  response.body() = "{\"error\":\"" + std::string(http::obsolete_reason(status)) + "\"}\n";
  response.prepare_payload();
  return response;
}

// What all connections share.
struct Shared {
  explicit Shared(Handler handler) : handler(std::move(handler)) {}

  const Handler handler;
  std::atomic<int> connections = 0;
  std::atomic<int> replies = 0;  // requests taken and not yet answered
  std::atomic<bool> stopping = false;
  asio::io_context io;  // destroys the sessions that are left, so after what they count in
  asio::thread_pool handlers{kHandlerThreads};
};

// One connection; alive as long as an operation of it is pending.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    shared_.connections.fetch_add(1);
  }
  ~Session() { shared_.connections.fetch_sub(1); }

  void Start() {
    connection_ = spanhound::sdk::HttpConnection::Of(stream_.socket());
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->Read(); });
  }

 private:
  void Read() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    parser_->body_limit(kBodyBytesMax);
    stream_.expires_after(kIoTimeout);
    http::async_read(stream_, buffer_, *parser_,
                     beast::bind_front_handler(&Session::OnRead, shared_from_this()));
  }

  void OnRead(beast::error_code error, std::size_t) {
    if (error) return Refuse(error);
    shared_.replies.fetch_add(1);
    stream_.expires_never();
    asio::post(shared_.handlers, [self = shared_from_this()] { self->Handle(); });
  }

  // Bytes that are no request get an answer where one is possible, a vanished peer gets none.
  void Refuse(beast::error_code error) {
    if (error.category() != beast::error_code(http::error::bad_method).category() ||
        error == http::error::end_of_stream || error == http::error::partial_message) {
      return Close();
    }
    const bool too_large = error == http::error::body_limit || error == http::error::header_limit;
    shared_.replies.fetch_add(1);
    response_ =
        ErrorResponse(too_large ? http::status::payload_too_large : http::status::bad_request, 11);
    response_.keep_alive(false);
    Write();
  }

  // On a thread of the pool.
  void Handle() {
    const Request& request = parser_->get();
    try {
      response_ = shared_.handler(request, connection_);
    } catch (const std::exception&) {  // the span of the request has recorded it
      response_ = ErrorResponse(http::status::internal_server_error, request.version());
    }
    response_.keep_alive(request.keep_alive() && !shared_.stopping.load());
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->Write(); });
  }

  void Write() {
    stream_.expires_after(kIoTimeout);
    http::async_write(stream_, response_,
                      beast::bind_front_handler(&Session::OnWrite, shared_from_this()));
  }

  void OnWrite(beast::error_code error, std::size_t) {
    shared_.replies.fetch_sub(1);
    if (error || !response_.keep_alive()) return Close();
    Read();
  }

  void Close() {
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  spanhound::sdk::HttpConnection connection_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
};

}  // namespace

class HttpListener::Impl {
 public:
  explicit Impl(Handler handler)
      : shared_(std::move(handler)),
        acceptor_(asio::make_strand(shared_.io)),
        pause_(acceptor_.get_executor()) {}

  std::string Listen(service::ListenAddress* address) {
    beast::error_code error;
    const auto ip = asio::ip::make_address(address->host, error);
    if (error) return address->host + " is no IP address";
    const Tcp::endpoint endpoint(ip, address->port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error.message();
    address->port = acceptor_.local_endpoint().port();
    Accept();
    for (int i = 0; i < kIoThreads; ++i) threads_.emplace_back([this] { shared_.io.run(); });
    return "";
  }

  void Stop() {
    if (threads_.empty()) return;
    shared_.stopping = true;
    asio::post(acceptor_.get_executor(), [this] {
      acceptor_.close();
      pause_.cancel();
    });
    const auto deadline = std::chrono::steady_clock::now() + kDrainDeadline;
    while (shared_.replies.load() > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    shared_.handlers.stop();  // what is only queued stays undone
    shared_.handlers.join();
    shared_.io.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  // The acceptor and its timer are only touched on their strand.
  void Accept() {
    acceptor_.async_accept(asio::make_strand(shared_.io),
                           [this](beast::error_code error, Tcp::socket socket) {
                             OnAccept(error, std::move(socket));
                           });
  }

  void OnAccept(beast::error_code error, Tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (error) {
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](beast::error_code) {
        if (acceptor_.is_open()) Accept();
      });
      return;
    }
    if (shared_.connections.load() < kConnectionsMax) {
      std::make_shared<Session>(std::move(socket), shared_)->Start();
    }
    Accept();
  }

  Shared shared_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::vector<std::thread> threads_;
};

HttpListener::HttpListener(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}
HttpListener::~HttpListener() { impl_->Stop(); }

std::string HttpListener::Start(service::ListenAddress* address) { return impl_->Listen(address); }
void HttpListener::Stop() { impl_->Stop(); }

}  // namespace dashboard2ui
