#include "net/http_server.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <thread>

#include "base/log.h"
#include "net/http_session.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// When accept fails (no more file descriptors, usually), trying at once would only burn CPU.
constexpr std::chrono::milliseconds kAcceptRetryDelay{100};

std::string_view FirstValue(const std::vector<std::pair<std::string, std::string>>& fields,
                            std::string_view name) {
  auto it = std::find_if(fields.begin(), fields.end(),
                         [name](const auto& field) { return field.first == name; });
  return it == fields.end() ? std::string_view() : std::string_view(it->second);
}

// Takes connections and counts them; owned by its pending accept.
class HttpListener : public std::enable_shared_from_this<HttpListener> {
 public:
  explicit HttpListener(std::shared_ptr<HttpShared> shared)
      : shared_(std::move(shared)),
        acceptor_(asio::make_strand(shared_->io)),
        retry_timer_(acceptor_.get_executor()) {}

  Status Listen() {
    ErrorCode code;
    const std::string& address = shared_->options.address;
    asio::ip::address ip =
        asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, code);
    if (code) return InvalidArgument("not an IP address: " + address);
    tcp::endpoint endpoint(ip, shared_->options.port);
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(tcp::acceptor::max_listen_connections, code);
    if (code) {
      return Unavailable(shared_->options.name + ": listen on " + address + " port " +
                         std::to_string(shared_->options.port) + ": " + code.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return Status::Ok();
  }

  uint16_t port() const { return port_; }

  void Accept() {
    acceptor_.async_accept(asio::make_strand(shared_->io),
                           [self = shared_from_this()](ErrorCode code, tcp::socket socket) {
                             self->OnAccept(code, std::move(socket));
                           });
  }

  void Close() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
      ErrorCode ignored;
      self->acceptor_.close(ignored);
      self->retry_timer_.cancel();
    });
  }

 private:
  void OnAccept(ErrorCode code, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (code) {
      Log(LogLevel::kWarning, shared_->options.name + ": accept: " + code.message());
      retry_timer_.expires_after(kAcceptRetryDelay);
      retry_timer_.async_wait([self = shared_from_this()](ErrorCode) {
        if (self->acceptor_.is_open()) self->Accept();
      });
      return;
    }
    Serve(std::move(socket));
    Accept();
  }

  void Serve(tcp::socket socket) {
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::unique_lock lock(shared_->mutex);
    if (shared_->is_stopping) return;
    if (shared_->sessions.size() >= shared_->options.connections_max) {
      lock.unlock();
      return Refuse(std::move(socket));
    }
    auto session = std::make_shared<HttpSession>(shared_, std::move(socket));
    shared_->sessions.insert(session.get());
    lock.unlock();
    shared_->counters.connections.Add();
    session->Start();
  }

  void Refuse(tcp::socket socket) {
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    shared_->counters.refused_connections.Add();
    if (shared_->options.tls) return;  // there is nobody yet to talk to in plain text
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kFull), ignored);
    socket.close(ignored);
  }

  const std::shared_ptr<HttpShared> shared_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_timer_;
  uint16_t port_ = 0;
};

class BeastHttpServer : public HttpServer {
 public:
  explicit BeastHttpServer(std::shared_ptr<HttpShared> shared)
      : shared_(std::move(shared)),
        listener_(std::make_shared<HttpListener>(shared_)),
        work_(shared_->io.get_executor()) {}

  ~BeastHttpServer() override { Stop(0); }

  Status Listen(int threads) {
    RETURN_IF_ERROR(listener_->Listen());
    listener_->Accept();
    for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { Run(); });
    return Status::Ok();
  }

  uint16_t port() const override { return listener_->port(); }

  void Stop(uint32_t deadline_ms) override {
    if (threads_.empty()) return;
    listener_->Close();
    for (const auto& session : BeginStop()) session->CloseWhenIdle();
    WaitForSessions(deadline_ms);
    for (const auto& session : BeginStop()) session->CloseNow();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Run() {
    while (true) {
      try {
        shared_->io.run();
        return;
      } catch (const std::exception& error) {  // out of memory for one request, say
        Log(LogLevel::kError, shared_->options.name + ": " + error.what());
      }
    }
  }

  // Also keeps new sessions from appearing; those there are may be ending right now.
  std::vector<std::shared_ptr<HttpSession>> BeginStop() {
    std::vector<std::shared_ptr<HttpSession>> sessions;
    std::lock_guard lock(shared_->mutex);
    shared_->is_stopping = true;
    for (HttpSession* session : shared_->sessions) {
      if (auto alive = session->weak_from_this().lock()) sessions.push_back(std::move(alive));
    }
    return sessions;
  }

  void WaitForSessions(uint32_t deadline_ms) {
    std::unique_lock lock(shared_->mutex);
    shared_->session_ended.wait_for(lock, std::chrono::milliseconds(deadline_ms),
                                    [this] { return shared_->sessions.empty(); });
  }

  const std::shared_ptr<HttpShared> shared_;
  const std::shared_ptr<HttpListener> listener_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::string_view HttpRequest::header(std::string_view lower_case_name) const {
  return FirstValue(headers, lower_case_name);
}

std::string_view HttpRequest::query_value(std::string_view name) const {
  return FirstValue(query, name);
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, int threads,
                                                      HttpHandler handler, Metrics& metrics) {
  auto shared = std::make_shared<HttpShared>(std::move(options), std::move(handler), metrics);
  auto server = std::make_unique<BeastHttpServer>(std::move(shared));
  RETURN_IF_ERROR(server->Listen(threads));
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace spanhound::net
