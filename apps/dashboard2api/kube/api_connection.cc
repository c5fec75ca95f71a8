#include "dashboard2api/kube/api_connection.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "dashboard2api/kube/object.h"
#include "spanhound/curl_client.h"

namespace dashboard2api::kube {
namespace {

namespace sdk = spanhound::sdk;
using service::Done;
using service::Error;
using service::ErrorCode;
using service::Result;

constexpr long kOk = 200;
constexpr long kConnectTimeoutMs = 2000;
constexpr int kPollMs = 1000;  // an upper bound; Stop wakes the poll up
constexpr std::size_t kErrorBytesMax = 64 * 1024;
constexpr long kKeepAliveSeconds = 30;  // a watch of a silent cluster notices a dead peer

// "https://host:port" in its parts; the URL has been checked.
struct UrlParts {
  std::string scheme;
  std::string host;
  std::string port;
};

UrlParts PartsOf(const std::string& url) {
  const std::size_t slashes = url.find("://");
  UrlParts parts{url.substr(0, slashes), url.substr(slashes + 3), ""};
  const std::size_t colon = parts.host.rfind(':');
  if (colon != std::string::npos && parts.host.find(']', colon) == std::string::npos) {
    parts.port = parts.host.substr(colon + 1);
    parts.host.resize(colon);
  } else {
    parts.port = parts.scheme == "https" ? "443" : "80";
  }
  return parts;
}

// What is wrong with the CA's file, which libcurl only tells by number.
std::string WhyNoAnswer(CURLcode code, const ApiAccess& access) {
  if (code == CURLE_SSL_CACERT_BADFILE && !access.ca.file.empty()) {
    return "cannot be verified: no certificate can be read from " + access.ca.file;
  }
  return std::string("does not answer: ") + curl_easy_strerror(code);
}

void SetPem(CURL* easy, CURLoption file_option, CURLoption blob_option, const Pem& pem) {
  if (!pem.file.empty()) curl_easy_setopt(easy, file_option, pem.file.c_str());
  if (pem.data.empty()) return;
  curl_blob blob{const_cast<char*>(pem.data.data()), pem.data.size(), CURL_BLOB_NOCOPY};
  curl_easy_setopt(easy, blob_option, &blob);
}

}  // namespace

class ApiConnection::Handle {
 public:
  Handle() : easy(curl_easy_init()), multi(curl_multi_init()) {}
  ~Handle() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    curl_slist_free_all(connect_to);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CURL* easy;
  CURLM* multi;
  curl_slist* connect_to = nullptr;
};

// One request under way; libcurl's callbacks point here.
struct ApiConnection::Transfer {
  ~Transfer() { curl_slist_free_all(headers); }

  bool ok() const {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status == kOk;
  }

  static std::size_t OnHeader(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(data, size);
    if ((line == "\r\n" || line == "\n") && transfer.on_open && transfer.ok()) transfer.on_open();
    return size;
  }

  static std::size_t OnBody(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view bytes(data, size);
    if (transfer.ok() && transfer.on_bytes) {
      transfer.ended = !transfer.on_bytes(bytes);
      return transfer.ended ? 0 : size;
    }
    const std::size_t bytes_max = transfer.ok() ? kReplyBytesMax : kErrorBytesMax;
    if (transfer.body.size() + size > bytes_max) return 0;
    transfer.body.append(bytes);
    return size;
  }

  CURL* easy;
  std::function<void()> on_open = {};
  std::function<bool(std::string_view)> on_bytes = {};
  std::string body = {};
  bool ended = false;  // by on_bytes
  curl_slist* headers = nullptr;
};

ApiConnection::ApiConnection(ApiAccess access)
    : access_(std::move(access)), handle_(std::make_unique<Handle>()) {
  if (access_.server_name.empty()) return;
  const UrlParts parts = PartsOf(access_.url);
  handle_->connect_to = curl_slist_append(
      nullptr,
      (access_.server_name + ":" + parts.port + ":" + parts.host + ":" + parts.port).c_str());
}

ApiConnection::~ApiConnection() = default;

void ApiConnection::Prepare(const ApiRequest& request, Transfer& transfer) {
  CURL* easy = handle_->easy;
  curl_easy_reset(easy);  // keeps the connection
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, handle_->connect_to);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "dashboard2api/1.0");
  if (!transfer.on_bytes) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  SetPem(easy, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, access_.ca);
  // As kubectl does: who names a CA trusts no other, and a CA's file may rotate.
  if (!access_.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  SetPem(easy, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB, access_.client_certificate);
  SetPem(easy, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB, access_.client_key);
  if (access_.skip_verification) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);

  transfer.headers = curl_slist_append(nullptr, "Accept: application/json");
  const std::string token = TokenOf(access_);
  if (token.empty()) return;
  transfer.headers =
      curl_slist_append(transfer.headers, ("Authorization: Bearer " + token).c_str());
}

// Drives the transfer on this thread; a CURLcode.
int ApiConnection::Run() {
  curl_multi_add_handle(handle_->multi, handle_->easy);
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; running > 0 && !stopped_.load();) {
    curl_multi_perform(handle_->multi, &running);
    if (running > 0) curl_multi_poll(handle_->multi, nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(handle_->multi, &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_multi_remove_handle(handle_->multi, handle_->easy);
  return code;
}

Result<Done> ApiConnection::Perform(const ApiRequest& request, Transfer& transfer) {
  Prepare(request, transfer);
  UrlParts parts = PartsOf(access_.url);
  if (!access_.server_name.empty()) parts.host = access_.server_name;
  sdk::CurlSpan span(handle_->easy,
                     {.url = parts.scheme + "://" + parts.host + ":" + parts.port + request.target,
                      .headers = transfer.headers,
                      .url_template = request.url_template});
  const auto code = static_cast<CURLcode>(Run());
  const bool ended_by_us = transfer.ended || stopped_.load();
  span.End(ended_by_us ? CURLE_OK : code);
  if (stopped_.load()) return Error{ErrorCode::kUnreachable, "stopped"};
  const std::string who = "Kubernetes API at " + access_.url + " ";
  if (code != CURLE_OK && !ended_by_us) {
    return Error{ErrorCode::kUnreachable, who + WhyNoAnswer(code, access_)};
  }
  long status = 0;
  curl_easy_getinfo(handle_->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == kOk) return Done{};
  Error error = ErrorOf(static_cast<unsigned>(status), transfer.body);
  error.message = who + error.message;
  constexpr std::int64_t kMsOfSecond = 1000;
  constexpr std::int64_t kRetrySecondsMax = 3600;
  curl_off_t retry_after_seconds = 0;
  curl_easy_getinfo(handle_->easy, CURLINFO_RETRY_AFTER, &retry_after_seconds);
  if (retry_after_seconds > 0) {
    error.retry_after_ms =
        std::min<std::int64_t>(retry_after_seconds, kRetrySecondsMax) * kMsOfSecond;
  }
  return error;
}

Result<std::string> ApiConnection::Get(const ApiRequest& request) {
  Transfer transfer{.easy = handle_->easy};
  const Result<Done> done = Perform(request, transfer);
  if (!done.ok()) return done.error();
  return std::move(transfer.body);
}

Result<Done> ApiConnection::Stream(const ApiRequest& request, const std::function<void()>& on_open,
                                   const std::function<bool(std::string_view)>& on_bytes) {
  Transfer transfer{.easy = handle_->easy, .on_open = on_open, .on_bytes = on_bytes};
  return Perform(request, transfer);
}

void ApiConnection::Stop() {
  stopped_ = true;
  curl_multi_wakeup(handle_->multi);
}

std::string PercentEncode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '~') {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace dashboard2api::kube
