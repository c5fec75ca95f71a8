#include "spanhound/curl_client.h"

#include <charconv>
#include <map>
#include <utility>

namespace spanhound::sdk {
namespace {

using HeaderMap = std::map<std::string, std::string>;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

struct Url {
  HttpClientTarget target;
  std::string path;  // with the query
};

// By libcurl's own parser, so that it is read as it will be used. A URL it refuses has no parts,
// and the transfer fails with its reason.
Url ParseUrl(const CurlRequest& request) {
  Url result;
  result.target.url_template = request.url_template;
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  constexpr unsigned kAsTransfers = CURLU_DEFAULT_SCHEME | CURLU_GUESS_SCHEME;
  if (url == nullptr ||
      curl_url_set(url.get(), CURLUPART_URL, request.url.c_str(), kAsTransfers) != CURLUE_OK) {
    return result;
  }
  result.target.scheme = Part(url.get(), CURLUPART_SCHEME);
  result.target.host = Part(url.get(), CURLUPART_HOST);
  if (result.target.host.starts_with('[')) {
    result.target.host = result.target.host.substr(1, result.target.host.size() - 2);
  }
  const std::string port = Part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), result.target.port);
  result.path = Part(url.get(), CURLUPART_PATH);
  const std::string query = Part(url.get(), CURLUPART_QUERY);
  if (!query.empty()) result.path += "?" + query;
  return result;
}

// Names what failed, in words that stay when libcurl's change.
std::string_view ErrorType(CURLcode result) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return "resolve";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION: return "tls";
    case CURLE_SEND_ERROR: return "write";
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY: return "read";
    case CURLE_WRITE_ERROR:
    case CURLE_READ_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return "aborted";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return "request";
    default: return "curl";
  }
}

std::string_view VersionText(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0: return "1.0";
    case CURL_HTTP_VERSION_1_1: return "1.1";
    case CURL_HTTP_VERSION_2_0: return "2";
    case CURL_HTTP_VERSION_3: return "3";
    default: return "";
  }
}

// A line as libcurl takes them: "Name: value", "Name:" (send none) or "Name;" (send it empty).
bool IsHeader(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || (line[name.size()] != ':' && line[name.size()] != ';')) {
    return false;
  }
  return curl_strnequal(line.data(), name.data(), name.size()) != 0;
}

curl_slist* Merge(const curl_slist* theirs, const HeaderMap& ours) {
  curl_slist* merged = nullptr;
  const auto append = [&](const char* line) {
    if (curl_slist* const longer = curl_slist_append(merged, line)) merged = longer;
  };
  for (; theirs != nullptr; theirs = theirs->next) {
    bool replaced = false;
    for (const auto& [name, value] : ours) replaced = replaced || IsHeader(theirs->data, name);
    if (!replaced) append(theirs->data);
  }
  for (const auto& [name, value] : ours) append((name + ": " + value).c_str());
  return merged;
}

}  // namespace

CurlSpan::CurlSpan(CURL* easy, const CurlRequest& request) : easy_(easy), theirs_(request.headers) {
  const Url url = ParseUrl(request);
  HeaderMap ours;
  HeaderCarrier carrier(ours);
  span_.emplace(url.target, request.method, url.path, carrier);
  sent_.reset(Merge(theirs_, ours));
  curl_easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, sent_.get());
}

CurlSpan::~CurlSpan() { GiveBackHeaders(); }

void CurlSpan::GiveBackHeaders() {
  if (easy_ == nullptr) return;
  curl_easy_setopt(std::exchange(easy_, nullptr), CURLOPT_HTTPHEADER, theirs_);
}

void CurlSpan::End(CURLcode result) {
  if (easy_ == nullptr) return;
  char* address = nullptr;
  long port = 0, version = 0, status = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  if (address != nullptr && *address != '\0') {
    span_->SetPeer(address, static_cast<std::uint16_t>(port));
  }
  if (const std::string_view text = VersionText(version); !text.empty()) {
    span_->SetProtocolVersion(text);
  }
  if (result == CURLE_OK) {
    span_->End(static_cast<unsigned>(status));
  } else {
    span_->EndWithError(ErrorType(result), curl_easy_strerror(result),
                        static_cast<unsigned>(status));
  }
  GiveBackHeaders();
}

CURLcode TracedPerform(CURL* easy, const CurlRequest& request) {
  CurlSpan span(easy, request);
  const CURLcode result = RunInContext(span.context(), [&] { return curl_easy_perform(easy); });
  span.End(result);
  return result;
}

}  // namespace spanhound::sdk
