#include "curl_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "environment.h"
#include "sdk_version.h"

namespace spanhound::sdk {
namespace {

constexpr int kStopPollMs = 50;  // how late a stop may be noticed
constexpr std::size_t kReplyHeadersMax = 64;
constexpr std::size_t kReplyHeaderBytesMax = 4096;
// Of all headers and trailers; libcurl 7.88 itself keeps trailers without a bound.
constexpr std::size_t kReplyHeadBytesMax = 64 << 10;
constexpr curl_off_t kRetryAfterMaxSeconds = 3600;

std::size_t AppendBody(char* data, std::size_t, std::size_t size, void* out) {
  auto& body = static_cast<CurlClient::Response*>(out)->body;
  if (body.size() + size > kReplyBytesMax) return 0;  // aborts: nothing of use comes after
  body.append(data, size);
  return size;
}

std::size_t AddHeader(char* data, std::size_t, std::size_t size, void* out) {
  auto& response = *static_cast<CurlClient::Response*>(out);
  auto& headers = response.headers;
  response.head_bytes += size;
  if (response.head_bytes > kReplyHeadBytesMax) return 0;  // aborts, as above
  const std::string_view line(data, size);
  const std::size_t colon = line.find(':', 1);
  if (colon != std::string_view::npos && size <= kReplyHeaderBytesMax &&
      headers.size() < kReplyHeadersMax) {
    headers[ToLower(Trim(line.substr(0, colon)))] = Trim(line.substr(colon + 1));
  }
  return size;
}

}  // namespace

CurlClient::CurlClient(const Endpoint& endpoint, const Request& request)
    : get_(request.get), plain_http2_(request.http2 && !endpoint.tls) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  for (const std::string& line : request.headers) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }
  Configure(endpoint, request);
}

void CurlClient::SetText(CURLoption option, const std::string& text) {
  if (!text.empty()) curl_easy_setopt(easy_.get(), option, text.c_str());
}

void CurlClient::Configure(const Endpoint& endpoint, const Request& request) {
  CURL* const easy = easy_.get();
  SetText(CURLOPT_URL, request.url);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  if (request.http2) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
  }
  if (plain_http2_) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, request.get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Without this, leaving waits for a name lookup that hangs.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, AppendBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &response_);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, AddHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &response_);
  SetText(CURLOPT_CAINFO, endpoint.ca_file);
  SetText(CURLOPT_SSLCERT, endpoint.client_certificate_file);
  SetText(CURLOPT_SSLKEY, endpoint.client_key_file);
}

CurlClient::Response CurlClient::Send(std::string_view body, StopSignal::Clock::time_point deadline,
                                      const StopSignal& stop) {
  CURL* const easy = easy_.get();
  if (!get_) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  // A connection that failed once is not trusted with the next request; HTTP/2 would keep it.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, trusts_kept_ ? 0L : 1L);
  const bool on_kept = plain_http2_ && trusts_kept_;
  const CURLcode code = on_kept ? TransferOnKept(deadline, stop) : Transfer(deadline, stop);
  long status = 0;
  curl_off_t retry_after_s = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
  // An over-long reply was cut on purpose; its status is known and is what counts.
  if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && status != 0)) {
    response_.status = status;
    response_.retry_after =
        std::chrono::seconds(std::clamp<curl_off_t>(retry_after_s, 0, kRetryAfterMaxSeconds));
  } else {
    response_.hopeless = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
    response_.error =
        code == CURLE_OPERATION_TIMEDOUT ? "no answer in time" : curl_easy_strerror(code);
  }
  trusts_kept_ = response_.status != 0;
  return std::move(response_);
}

CURLcode CurlClient::Transfer(StopSignal::Clock::time_point deadline, const StopSignal& stop) {
  response_ = {};
  curl_multi_add_handle(multi_.get(), easy_.get());
  const CURLcode code = Run(deadline, stop);
  curl_multi_remove_handle(multi_.get(), easy_.get());
  return code;
}

// Told by prior knowledge, libcurl 7.88 greets the server with every request, also on a connection
// where both speak HTTP/2 already, which breaks it. Told "HTTP/2" it goes on with what it has, but
// would open a new connection with HTTP/1.1. So it may not: that is done with prior knowledge.
CURLcode CurlClient::TransferOnKept(StopSignal::Clock::time_point deadline,
                                    const StopSignal& stop) {
  curl_easy_setopt(easy_.get(), CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_0});
  may_open_ = wanted_open_ = false;
  const CURLcode code = Transfer(deadline, stop);
  may_open_ = true;
  curl_easy_setopt(easy_.get(), CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
  return wanted_open_ ? Transfer(deadline, stop) : code;
}

curl_socket_t CurlClient::OpenSocket(void* client, curlsocktype, curl_sockaddr* address) {
  auto& self = *static_cast<CurlClient*>(client);
  self.wanted_open_ = true;
  if (!self.may_open_) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Until the transfer is over, the deadline is, or the pipeline stops.
CURLcode CurlClient::Run(StopSignal::Clock::time_point deadline, const StopSignal& stop) {
  for (int running = 1; running > 0;) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running == 0) break;
    if (StopSignal::Clock::now() >= stop.Limit(deadline)) return CURLE_OPERATION_TIMEDOUT;
    curl_multi_poll(multi_.get(), nullptr, 0, kStopPollMs, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return CURLE_FAILED_INIT;
}

}  // namespace spanhound::sdk
