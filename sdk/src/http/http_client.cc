#include "spanhound/http_client.h"

#include <opentelemetry/trace/context.h>

#include <vector>

#include "attribute_text.h"
#include "http/request_facts.h"
#include "semantic_names.h"
#include "span_start.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

constexpr std::string_view kScopeName = "spanhound.http_client";

std::string FullUrl(const HttpClientTarget& target, std::string_view request_target) {
  const PathAndQuery parts = SplitTarget(request_target);
  const bool is_v6 = target.host.find(':') != std::string::npos;
  std::string url = target.scheme + "://" + (is_v6 ? "[" + target.host + "]" : target.host);
  if (target.port != 0) url += ":" + std::to_string(target.port);
  url += parts.path;
  if (!parts.query.empty()) url += "?" + parts.query;
  return AttributeText(url);
}

}  // namespace

HttpClientSpan::HttpClientSpan(boost::beast::http::request_header<>& request,
                               const HttpClientTarget& target) {
  const std::string method(ToStd(request.method_string()));
  const bool known = IsKnownMethod(method);
  const std::string original = AttributeText(method);
  const std::string url = FullUrl(target, ToStd(request.target()));
  const std::string version = ProtocolVersion(request.version());
  std::vector<Attribute> attributes = {
      {names::kHttpRequestMethod, known ? std::string_view(method) : names::kOther},
      {names::kUrlFull, url},
      {names::kServerAddress, target.host},
      {names::kNetworkProtocolVersion, version}};
  if (!known) attributes.emplace_back(names::kHttpRequestMethodOriginal, original);
  if (target.port != 0) attributes.emplace_back(names::kServerPort, target.port);

  std::string name = known ? method : "HTTP";
  if (!target.url_template.empty()) name += " " + target.url_template;
  context_ = opentelemetry::context::RuntimeContext::GetCurrent();
  span_ = StartRequestSpan(kScopeName, name, trace::SpanKind::kClient, attributes, context_);
  context_ = trace::SetSpan(context_, span_);
  BeastCarrier<boost::beast::http::fields> carrier(request);
  Inject(carrier, context_);
}

HttpClientSpan::~HttpClientSpan() { EndWithError("abandoned", "no response was waited for"); }

void HttpClientSpan::SetPeer(std::string_view address, std::uint16_t port) {
  span_->SetAttribute(ToOtel(names::kNetworkPeerAddress), ToOtel(address));
  span_->SetAttribute(ToOtel(names::kNetworkPeerPort), static_cast<std::int64_t>(port));
}

void HttpClientSpan::End(unsigned status_code) {
  if (std::exchange(ended_, true)) return;
  span_->SetAttribute(ToOtel(names::kHttpResponseStatusCode),
                      static_cast<std::int64_t>(status_code));
  if (status_code >= 400 || status_code < 100) {
    span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(std::to_string(status_code)));
    span_->SetStatus(trace::StatusCode::kError);
  }
  span_->End();
}

void HttpClientSpan::EndWithError(std::string_view error_type, std::string_view message) {
  if (std::exchange(ended_, true)) return;
  span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(error_type));
  span_->SetStatus(trace::StatusCode::kError, ToOtel(AttributeText(message)));
  span_->End();
}

}  // namespace spanhound::sdk
