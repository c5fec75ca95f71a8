#include <algorithm>
#include <string_view>
#include <utility>

#include "curl_client.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

bool IsRetryable(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// The first words of an error page, on one line.
std::string Excerpt(std::string_view body) {
  constexpr std::size_t kExcerptBytes = 160;
  std::string text(body.substr(0, kExcerptBytes));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, ' ');
  return text.empty() ? text : ": " + text;
}

class HttpTransport : public Transport {
 public:
  HttpTransport(const Endpoint& endpoint, const std::string& content_type)
      : url_(endpoint.url), client_(endpoint, MakeRequest(endpoint, content_type)) {}

  Reply Send(std::string_view body, StopSignal::Clock::time_point deadline,
             const StopSignal& stop) override {
    CurlClient::Response response = client_.Send(body, deadline, stop);
    Reply reply;
    if (response.status >= 200 && response.status < 300) {
      reply.kind = Reply::Kind::kAccepted;
      reply.body = std::move(response.body);
      return reply;
    }
    const bool answered = response.status != 0;
    const bool again = answered ? IsRetryable(response.status) : !response.hopeless;
    reply.kind = again ? Reply::Kind::kRetry : Reply::Kind::kRefused;
    reply.retry_after = response.retry_after;
    reply.error = answered ? "HTTP " + std::to_string(response.status) + Excerpt(response.body)
                           : std::move(response.error);
    return reply;
  }

  const std::string& destination() const override { return url_; }

 private:
  static CurlClient::Request MakeRequest(const Endpoint& endpoint,
                                         const std::string& content_type) {
    CurlClient::Request request{.url = endpoint.url, .headers = {"Content-Type: " + content_type}};
    request.headers.emplace_back("Expect:");  // no extra round trip for larger bodies
    if (endpoint.gzip) request.headers.emplace_back("Content-Encoding: gzip");
    for (const auto& [name, value] : endpoint.headers) {
      request.headers.push_back(name + ": " + value);
    }
    return request;
  }

  const std::string url_;
  CurlClient client_;
};

}  // namespace

std::unique_ptr<Transport> MakeHttpTransport(Endpoint endpoint, std::string content_type) {
  return std::make_unique<HttpTransport>(endpoint, content_type);
}

}  // namespace spanhound::sdk
