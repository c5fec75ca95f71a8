#include "tests/http_leg.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "spanhound/asio_context.h"
#include "spanhound/http_server.h"
#include "spanhound/httplib_server.h"
#include "spanhound/trace.h"

namespace spanhound::sdk {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Work = std::function<std::string()>;

Response Answer(std::string body) {
  Response response(http::status::ok, 11);
  response.keep_alive(false);
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

HttpServerTracing Tracing() {
  return HttpServerTracing({.route = [](const HttpRequestHead&) { return "/pods"; }});
}

// Blocking, one connection after the other.
class BeastFront : public HttpFront {
 public:
  explicit BeastFront(Work work)
      : work_(std::move(work)), thread_([this] {
          while (!io_.stopped()) Serve();
        }) {}
  ~BeastFront() override {
    io_.stop();
    boost::system::error_code ignored;
    Tcp::socket(io_).connect(acceptor_.local_endpoint(), ignored);  // wakes the accept
    thread_.join();
  }
  int port() const override { return acceptor_.local_endpoint().port(); }

 private:
  void Serve() {
    boost::system::error_code error;
    Tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    boost::beast::flat_buffer buffer;
    Request request;
    http::read(socket, buffer, request, error);
    if (error) return;
    const Response response = tracing_.Handle(request, HttpConnection::Of(socket),
                                              [&](HttpServerSpan&) { return Answer(work_()); });
    http::write(socket, response, error);
  }

  const Work work_;
  const HttpServerTracing tracing_ = Tracing();
  asio::io_context io_;
  Tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::thread thread_;
};

// A coroutine per connection on two threads; the work is done after a hop in the queue.
class CoroutineFront : public HttpFront {
 public:
  explicit CoroutineFront(Work work) : work_(std::move(work)) {
    asio::co_spawn(io_, Accept(), asio::detached);
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~CoroutineFront() override {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  int port() const override { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> Accept() {
    while (true) {
      Tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(InContext(io_.get_executor()), Serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> Serve(Tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    Request request;
    co_await http::async_read(socket, buffer, request, asio::use_awaitable);
    HttpServerSpan span = tracing_.Begin(request, HttpConnection::Of(socket));
    const ContextScope scope(span.context());
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    const Response response = Answer(work_());
    co_await http::async_write(socket, response, asio::use_awaitable);
    span.End(response.result_int());
  }

  const Work work_;
  const HttpServerTracing tracing_ = Tracing();
  asio::io_context io_;
  Tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::vector<std::thread> threads_;
};

class HttplibFront : public HttpFront {
 public:
  explicit HttplibFront(Work work) {
    server_.Get("/pods",
                tracing_.Route("/pods", [work = std::move(work)](const auto&, auto& reply) {
                  reply.set_content(work(), "text/plain");
                }));
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~HttplibFront() override {
    server_.stop();
    thread_.join();
  }
  int port() const override { return port_; }

 private:
  httplib::Server server_;
  HttplibTracing tracing_{server_};
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<HttpFront> HttpFront::Start(HttpForm form, Work work) {
  switch (form) {
    case HttpForm::kBeast: return std::make_unique<BeastFront>(std::move(work));
    case HttpForm::kBeastCoroutine: return std::make_unique<CoroutineFront>(std::move(work));
    case HttpForm::kHttplib: return std::make_unique<HttplibFront>(std::move(work));
  }
  return nullptr;
}

}  // namespace spanhound::sdk
