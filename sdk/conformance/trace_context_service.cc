// The service that the W3C's trace-context suite tests: takes a JSON array of {"url", "arguments"}
// and posts the arguments to each url, in order, before it answers; all of it instrumented by the
// kit as a user would.
//
//   sdk_trace_context_service beast|httplib      prints "listening on 127.0.0.1:PORT"
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>

#include "spanhound/http_client.h"
#include "spanhound/http_server.h"
#include "spanhound/httplib_server.h"
#include "spanhound/setup.h"

namespace sdk = spanhound::sdk;

namespace {

namespace http = boost::beast::http;
using Tcp = boost::asio::ip::tcp;

// False when the request makes no sense.
bool PostAll(const std::string& body) {
  const nlohmann::json calls = nlohmann::json::parse(body, nullptr, false);
  if (!calls.is_array()) return false;
  for (const nlohmann::json& call : calls) {
    const std::string url = call.value("url", "");
    const std::size_t path = url.find('/', sizeof("http://"));
    const auto client = sdk::TracedHttpClient::Create(url.substr(0, path));
    if (!client || path == std::string::npos) return false;
    client->Send({.method = "POST",
                  .target = url.substr(path),
                  .headers = {{"Content-Type", "application/json"}},
                  .body = call.value("arguments", nlohmann::json::array()).dump()});
  }
  return true;
}

void Announce(int port) {
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
}

void ServeBeastConnection(Tcp::socket socket) {
  const sdk::HttpServerTracing tracing;
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  http::request<http::string_body> request;
  http::read(socket, buffer, request, error);
  if (error) return;
  auto response =
      tracing.Handle(request, sdk::HttpConnection::Of(socket), [&](sdk::HttpServerSpan&) {
        const auto status = PostAll(request.body()) ? http::status::ok : http::status::bad_request;
        return http::response<http::string_body>(status, request.version());
      });
  response.keep_alive(false);
  response.prepare_payload();
  http::write(socket, response, error);
  socket.shutdown(Tcp::socket::shutdown_both, error);
}

void ServeBeast() {
  boost::asio::io_context io;
  Tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  Announce(acceptor.local_endpoint().port());
  while (true) std::thread(ServeBeastConnection, acceptor.accept()).detach();
}

void ServeHttplib() {
  httplib::Server server;
  const sdk::HttplibTracing tracing(server);
  server.Post("/.*", [](const httplib::Request& request, httplib::Response& response) {
    response.status = PostAll(request.body) ? 200 : 400;
  });
  Announce(server.bind_to_any_port("127.0.0.1"));
  server.listen_after_bind();
}

}  // namespace

int main(int argc, char** argv) {
  const auto telemetry = sdk::Setup("trace-context", "1", {.traces = sdk::Exporter::kNone});
  if (argc == 2 && argv[1] == std::string_view("beast")) {
    ServeBeast();
  } else if (argc == 2 && argv[1] == std::string_view("httplib")) {
    ServeHttplib();
  } else {
    std::fprintf(stderr, "usage: sdk_trace_context_service beast|httplib\n");
    return 2;
  }
}
