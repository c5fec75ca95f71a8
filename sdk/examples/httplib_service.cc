// An HTTP service on cpp-httplib, and a request by libcurl, traced. docs/user/http-service.md tells
// which lines tracing needs. OTEL_TRACES_EXPORTER=console prints the spans.
#include <curl/curl.h>
#include <httplib.h>
#include <spanhound/curl_client.h>
#include <spanhound/httplib_server.h>
#include <spanhound/log.h>
#include <spanhound/setup.h>
#include <spanhound/trace.h>

#include <string>
#include <thread>

namespace sdk = spanhound::sdk;

namespace {

void GetUser(const httplib::Request& request, httplib::Response& response) {
  const std::string id = request.matches[1].str();
  SPANHOUND_INFO("reading user {}", id);         // with the ids of the request's span
  sdk::Span span("look-up", {{"user.id", id}});  // its child
  response.set_content("user " + id, "text/plain");
}

std::size_t Keep(char* data, std::size_t, std::size_t bytes, void* body) {
  static_cast<std::string*>(body)->append(data, bytes);
  return bytes;
}

int CallOnce(const std::string& base_url) {
  std::string body;
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Keep);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  CURLcode result =
      sdk::TracedPerform(easy, {.url = base_url + "/users/7", .url_template = "/users/{id}"});
  curl_easy_cleanup(easy);
  return result == CURLE_OK && body == "user 7" ? 0 : 1;
}

}  // namespace

int main() {
  auto telemetry = sdk::Setup("users", "1.0");
  httplib::Server server;
  sdk::HttplibTracing tracing(server);
  server.Get(R"(/users/(\d+))", tracing.Route("/users/{id}", GetUser));
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread listener([&] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  const int result = CallOnce("http://127.0.0.1:" + std::to_string(port));
  server.stop();
  listener.join();
  return result;
}
