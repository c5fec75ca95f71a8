// An HTTP service on Boost.Beast coroutines, and a request to it, traced.
// docs/user/http-service.md tells which lines tracing needs. OTEL_TRACES_EXPORTER=console prints
// the spans.
#include <spanhound/asio_context.h>
#include <spanhound/http_client.h>
#include <spanhound/http_server.h>
#include <spanhound/log.h>
#include <spanhound/setup.h>
#include <spanhound/trace.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <string>
#include <thread>

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace sdk = spanhound::sdk;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

namespace {

std::string Route(const sdk::HttpRequestHead& request) {
  return request.target().starts_with("/users/") ? "/users/{id}" : "";
}

const sdk::HttpServerTracing tracing({.route = Route});

asio::awaitable<Response> GetUser(Request request) {
  SPANHOUND_INFO("serving {}", std::string(request.target()));  // with the ids of its span
  Response response(http::status::ok, request.version());
  response.keep_alive(false);
  response.body() = "ada";
  response.prepare_payload();
  co_return response;
}

asio::awaitable<void> Serve(Tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  Request request;
  co_await http::async_read(socket, buffer, request, asio::use_awaitable);
  auto span = tracing.Begin(request, sdk::HttpConnection::Of(socket));
  const sdk::ContextScope scope(span.context());  // across every co_await
  const Response response = co_await GetUser(std::move(request));
  co_await http::async_write(socket, response, asio::use_awaitable);
  span.End(response.result_int());
}

asio::awaitable<void> Accept(Tcp::acceptor& acceptor) {
  while (true) {
    Tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(sdk::InContext(acceptor.get_executor()), Serve(std::move(socket)),
                   asio::detached);
  }
}

}  // namespace

int main() {
  auto telemetry = sdk::Setup("beast-users", "1.0");
  asio::io_context io;
  Tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  const std::string url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  asio::co_spawn(io, Accept(acceptor), asio::detached);
  std::thread server([&] { io.run(); });
  const auto client = sdk::TracedHttpClient::Create(url);
  const sdk::HttpClientResponse response = client->Get("/users/7");
  asio::post(io, [&] { acceptor.close(); });
  server.join();
  return response.body == "ada" ? 0 : 1;
}
