#include "dashboard2api/kube/kube_client.h"

#include <chrono>
#include <fstream>
#include <iterator>

namespace dashboard2api::kube {
namespace {

namespace sdk = spanhound::sdk;

constexpr auto kRequestTimeout = std::chrono::seconds(2);
constexpr int kPagesMax = 1000;  // an API server that never stops continuing
constexpr std::size_t kTokenBytesMax = 64 * 1024;
constexpr char kNamespacesPath[] = "/api/v1/namespaces";

// Opaque tokens are base64 mostly, but nobody promised that.
std::string PercentEncode(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const unsigned char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '~') {
      encoded.push_back(static_cast<char>(c));
    } else {
      encoded.append({'%', kDigits[c >> 4], kDigits[c & 15]});
    }
  }
  return encoded;
}

std::string ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token(kTokenBytesMax, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) {
    token.pop_back();
  }
  return token;
}

}  // namespace

std::optional<KubeClient> KubeClient::Create(KubeOptions options) {
  auto http = sdk::TracedHttpClient::Create(options.url, {.timeout = kRequestTimeout});
  if (!http.has_value()) return std::nullopt;
  return KubeClient(std::move(options), *std::move(http));
}

sdk::HttpClientResponse KubeClient::GetPage(const std::string& continue_token) const {
  sdk::HttpClientRequest request;
  request.target = std::string(kNamespacesPath) + "?limit=" + std::to_string(options_.page_size);
  if (!continue_token.empty()) request.target += "&continue=" + PercentEncode(continue_token);
  request.url_template = kNamespacesPath;
  request.headers = {{"Accept", "application/json"}, {"User-Agent", "dashboard2api/1.0"}};
  if (!options_.token_file.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + ReadToken(options_.token_file));
  }
  return http_.Send(request);
}

KubeError KubeClient::ErrorOf(const sdk::HttpClientResponse& response) const {
  const std::string who = "Kubernetes API at " + options_.url;
  if (response.status == 0) return {true, who + " does not answer: " + response.error};
  std::string message = who + " answers " + std::to_string(response.status);
  const std::string detail = StatusMessage(response.body);
  if (!detail.empty()) message += ": " + detail;
  return {response.status >= 500 || response.status == 429, std::move(message)};
}

std::variant<NamespaceList, KubeError> KubeClient::ListNamespaces(
    const std::function<bool()>& is_cancelled) const {
  constexpr unsigned kGone = 410;
  NamespaceList list;
  std::string continue_token;
  bool restarted = false;
  for (int page_number = 0; page_number < kPagesMax; ++page_number) {
    if (is_cancelled()) return KubeError{true, "the caller is gone"};
    const sdk::HttpClientResponse response = GetPage(continue_token);
    if (response.status == kGone && !continue_token.empty() && !restarted) {
      restarted = true;  // the token expired between two pages: the list starts again
      list = {};
      continue_token.clear();
      continue;
    }
    if (!response.ok()) return ErrorOf(response);
    std::optional<NamespacePage> page = ParseNamespacePage(response.body);
    if (!page.has_value()) {
      return KubeError{false, "Kubernetes API at " + options_.url + " sent no NamespaceList"};
    }
    std::move(page->items.begin(), page->items.end(), std::back_inserter(list.items));
    list.resource_version = std::move(page->resource_version);
    continue_token = std::move(page->continue_token);
    if (continue_token.empty()) return list;
  }
  return KubeError{false, "the list of namespaces does not end"};
}

}  // namespace dashboard2api::kube
