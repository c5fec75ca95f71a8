#include <opentelemetry/trace/context.h>

#include <utility>
#include <vector>

#include "attribute_text.h"
#include "duration_metric.h"
#include "http/http_span_end.h"
#include "http/old_http_names.h"
#include "http/request_facts.h"
#include "semantic_names.h"
#include "semantic_opt_in.h"
#include "span_start.h"
#include "spanhound/attribute.h"
#include "spanhound/http_span.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

constexpr std::string_view kScopeName = "spanhound.http_client";

DurationMetric& Duration() {
  static auto& metric = *new DurationMetric(kScopeName, names::kHttpClientDuration,
                                            "Duration of HTTP client requests.");
  return metric;
}

std::string FullUrl(const HttpClientTarget& target, std::string_view path) {
  const PathAndQuery parts = SplitTarget(path);
  const bool is_v6 = target.host.find(':') != std::string::npos;
  std::string url = target.scheme + "://" + (is_v6 ? "[" + target.host + "]" : target.host);
  if (target.port != 0) url += ":" + std::to_string(target.port);
  url += parts.path;
  if (!parts.query.empty()) url += "?" + parts.query;
  return AttributeText(url);
}

}  // namespace

HttpClientSpan::HttpClientSpan(const HttpClientTarget& target, std::string_view method,
                               std::string_view path, TextMapCarrier& headers)
    : context_(opentelemetry::context::RuntimeContext::GetCurrent()),
      start_(std::chrono::steady_clock::now()),
      method_(IsKnownMethod(method) ? method : names::kOther),
      host_(AttributeText(target.host)),
      port_(target.port) {
  const std::string original = AttributeText(method);
  const std::string url = FullUrl(target, path);
  std::vector<Attribute> attributes = {
      {names::kHttpRequestMethod, method_}, {names::kUrlFull, url}, {names::kServerAddress, host_}};
  const bool known = method_ != names::kOther;
  if (!known) attributes.emplace_back(names::kHttpRequestMethodOriginal, original);
  if (port_ != 0) attributes.emplace_back(names::kServerPort, port_);
  if (ChosenNames().old_http) AddOldHttpNames(&attributes, names::kOldHttpClientNames);

  std::string name = known ? method_ : "HTTP";
  if (!target.url_template.empty()) name += " " + target.url_template;
  span_ = StartRequestSpan(kScopeName, name, trace::SpanKind::kClient, attributes, context_);
  context_ = WithSpan(context_, span_);
  Inject(headers, context_);
}

HttpClientSpan::~HttpClientSpan() { EndWithError("abandoned", "no response was waited for"); }

void HttpClientSpan::SetPeer(std::string_view address, std::uint16_t port) {
  SetHttpAttributes(*span_,
                    {{names::kNetworkPeerAddress, address}, {names::kNetworkPeerPort, port}});
}

void HttpClientSpan::SetProtocolVersion(std::string_view version) {
  SetHttpAttributes(*span_, {{names::kNetworkProtocolVersion, version}});
}

void HttpClientSpan::End(unsigned status_code) {
  const bool failed = status_code >= 400 || status_code < 100;
  EndWithError(failed ? std::to_string(status_code) : std::string(), "", status_code);
}

void HttpClientSpan::EndWithError(std::string_view error_type, std::string_view message,
                                  unsigned status_code) {
  if (std::exchange(ended_, true)) return;
  std::vector<Attribute> measured = {{names::kHttpRequestMethod, method_},
                                     {names::kServerAddress, host_}};
  if (port_ != 0) measured.emplace_back(names::kServerPort, port_);
  EndHttpSpan(*span_, context_, {status_code, error_type, message}, Duration(), start_,
              std::move(measured));
}

}  // namespace spanhound::sdk
