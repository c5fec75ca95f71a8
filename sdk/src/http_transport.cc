#include <curl/curl.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "sdk_version.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

constexpr int kStopPollMs = 50;  // how late a stop may be noticed

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t AppendBody(char* data, std::size_t, std::size_t size, void* out) {
  auto* const body = static_cast<std::string*>(out);
  if (body->size() + size > kReplyBytesMax) return 0;  // aborts: nothing of use comes after
  body->append(data, size);
  return size;
}

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
  HttpTransport(Endpoint endpoint, const std::string& content_type)
      : endpoint_(std::move(endpoint)) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
    multi_.reset(curl_multi_init());
    easy_.reset(curl_easy_init());
    AddHeader("Content-Type: " + content_type);
    AddHeader("Expect:");  // no extra round trip for larger bodies
    for (const auto& [name, value] : endpoint_.headers) AddHeader(name + ": " + value);
    Configure();
  }

  Reply Send(const std::string& body, StopSignal::Clock::time_point deadline,
             const StopSignal& stop) override {
    reply_body_.clear();
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    curl_multi_add_handle(multi_.get(), easy_.get());
    const CURLcode code = Run(deadline, stop);
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_.get(), easy_.get());
    // An over-long reply was cut on purpose; its status is known and is what counts.
    const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && status != 0);
    return answered ? Answer(status) : Failure(code);
  }

  const std::string& destination() const override { return endpoint_.url; }

 private:
  void AddHeader(const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }

  void SetText(CURLoption option, const std::string& text) {
    if (!text.empty()) curl_easy_setopt(easy_.get(), option, text.c_str());
  }

  void Configure() {
    CURL* const easy = easy_.get();
    SetText(CURLOPT_URL, endpoint_.url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, kUserAgent);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Without this, leaving waits for a name lookup that hangs.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, AppendBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply_body_);
    SetText(CURLOPT_CAINFO, endpoint_.ca_file);
    SetText(CURLOPT_SSLCERT, endpoint_.client_certificate_file);
    SetText(CURLOPT_SSLKEY, endpoint_.client_key_file);
  }

  // Until the transfer is over, the deadline is, or the pipeline stops.
  CURLcode Run(StopSignal::Clock::time_point deadline, const StopSignal& stop) {
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

  Reply Answer(long status) {
    if (status >= 200 && status < 300) {
      return {.kind = Reply::Kind::kAccepted, .error = {}, .body = std::move(reply_body_)};
    }
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &retry_after_s);
    return {.kind = IsRetryable(status) ? Reply::Kind::kRetry : Reply::Kind::kRefused,
            .error = "HTTP " + std::to_string(status) + Excerpt(reply_body_),
            .retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after_s, 0, 3600)),
            .body = {}};
  }

  static Reply Failure(CURLcode code) {
    const bool hopeless = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
    const bool late = code == CURLE_OPERATION_TIMEDOUT;
    return {.kind = hopeless ? Reply::Kind::kRefused : Reply::Kind::kRetry,
            .error = late ? "no answer in time" : curl_easy_strerror(code),
            .body = {}};
  }

  Endpoint endpoint_;
  std::string reply_body_;
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
};

}  // namespace

std::unique_ptr<Transport> MakeHttpTransport(Endpoint endpoint, std::string content_type) {
  return std::make_unique<HttpTransport>(std::move(endpoint), content_type);
}

}  // namespace spanhound::sdk
