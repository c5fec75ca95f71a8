#include "net/http/http_server.h"

#include <algorithm>

#include "net/http/http_session.h"
#include "net/io_threads.h"
#include "net/tcp_listener.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// They only read and write; the work is done elsewhere.
constexpr int kReadThreads = 2;

std::string_view FirstValue(const std::vector<std::pair<std::string, std::string>>& fields,
                            std::string_view name) {
  auto it = std::find_if(fields.begin(), fields.end(),
                         [name](const auto& field) { return field.first == name; });
  return it == fields.end() ? std::string_view() : std::string_view(it->second);
}

class BeastHttpServer : public HttpServer {
 public:
  explicit BeastHttpServer(std::shared_ptr<HttpShared> shared)
      : shared_(std::move(shared)),
        listener_(std::make_shared<TcpListener>(
            shared_->io, shared_->options.name,
            [this](tcp::socket socket) { Serve(std::move(socket)); })),
        threads_(shared_->io, shared_->options.name) {}

  ~BeastHttpServer() override { Stop(0); }

  Status Listen() {
    RETURN_IF_ERROR(listener_->Listen(shared_->options.address, shared_->options.port));
    threads_.Start(kReadThreads);
    return Status::Ok();
  }

  uint16_t port() const override { return listener_->port(); }

  void Stop(uint32_t deadline_ms) override {
    if (!threads_.are_running()) return;
    listener_->Close();
    for (const auto& session : shared_->sessions.BeginStop()) session->CloseWhenIdle();
    shared_->sessions.WaitUntilEmpty(deadline_ms);
    for (const auto& session : shared_->sessions.BeginStop()) session->CloseNow();
    shared_->work.Stop();
    threads_.Stop();
  }

 private:
  using Sessions = SessionSet<HttpSession>;

  void Serve(tcp::socket socket) {
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::shared_ptr<HttpSession> session;
    const auto refusal = shared_->sessions.Admit(
        shared_->options.connections_max,
        [&] { return std::make_shared<HttpSession>(shared_, std::move(socket)); }, &session);
    if (refusal == Sessions::Refusal::kFull) return Refuse(std::move(socket));
    if (refusal == Sessions::Refusal::kStopping) return;
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
  const std::shared_ptr<TcpListener> listener_;
  IoThreads threads_;
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
  auto shared =
      std::make_shared<HttpShared>(std::move(options), threads, std::move(handler), metrics);
  auto server = std::make_unique<BeastHttpServer>(std::move(shared));
  RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace spanhound::net
