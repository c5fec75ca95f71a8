#include "spanhound/http_span.h"

#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/default_span.h>

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

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

constexpr std::string_view kScopeName = "spanhound.http_server";

DurationMetric& Duration() {
  static auto& metric = *new DurationMetric(kScopeName, names::kHttpServerDuration,
                                            "Duration of HTTP server requests.");
  return metric;
}

// Owns the texts that the attributes of the starting span are views of.
class StartAttributes {
 public:
  StartAttributes(const HttpServerRequest& request, const HttpConnection& connection);
  const std::vector<Attribute>& list() const { return list_; }

 private:
  void AddMethod(std::string_view method);
  void AddAddresses(const HttpServerRequest& request, const HttpConnection& connection);
  void AddText(std::string_view key, std::string_view value) {
    if (!value.empty()) list_.emplace_back(key, value);
  }
  void AddPort(std::string_view key, std::uint16_t port) {
    if (port != 0) list_.emplace_back(key, port);
  }

  PathAndQuery target_;
  HostAndPort server_;
  std::string original_method_;
  std::string client_;
  std::string user_agent_;
  std::string whole_target_;
  std::vector<Attribute> list_;
};

StartAttributes::StartAttributes(const HttpServerRequest& request, const HttpConnection& connection)
    : target_(SplitTarget(request.target)),
      server_(ParseHostAndPort(request.host)),
      user_agent_(AttributeText(request.user_agent)) {
  list_.reserve(14);
  AddMethod(request.method);
  AddText(names::kUrlPath, target_.path);
  AddText(names::kUrlScheme, request.scheme);
  AddText(names::kUrlQuery, target_.query);
  AddText(names::kHttpRoute, request.route);
  AddAddresses(request, connection);
  AddText(names::kUserAgent, user_agent_);
  AddText(names::kNetworkProtocolVersion, request.protocol_version);
  if (!ChosenNames().old_http) return;
  AddOldHttpNames(&list_, names::kOldHttpServerNames);
  whole_target_ = AttributeText(request.target);
  AddText(names::kOldHttpTarget, whole_target_);
}

void StartAttributes::AddMethod(std::string_view method) {
  if (IsKnownMethod(method)) {
    AddText(names::kHttpRequestMethod, method);
    return;
  }
  original_method_ = AttributeText(method);
  AddText(names::kHttpRequestMethod, names::kOther);
  AddText(names::kHttpRequestMethodOriginal, original_method_);
}

void StartAttributes::AddAddresses(const HttpServerRequest& request,
                                   const HttpConnection& connection) {
  if (server_.host.empty()) server_ = {connection.local_address, connection.local_port};
  AddText(names::kServerAddress, server_.host);
  AddPort(names::kServerPort, server_.port);
  AddText(names::kNetworkPeerAddress, connection.peer_address);
  AddPort(names::kNetworkPeerPort, connection.peer_port);
  client_ = FirstForwardedFor(request.forwarded_for);
  AddText(names::kClientAddress, client_.empty() ? connection.peer_address : client_);
}

std::string SpanName(std::string_view method, std::string_view route) {
  std::string name(method == names::kOther ? "HTTP" : method);
  if (!route.empty()) name.append(" ").append(route);
  return name;
}

OtelSpan NoSpan() { return OtelSpan(new trace::DefaultSpan(trace::SpanContext::GetInvalid())); }

}  // namespace

HttpServerSpan::HttpServerSpan(const HttpServerRequest& request, const HttpConnection& connection,
                               const TextMapCarrier& headers)
    : context_(Extract(headers)),
      start_(std::chrono::steady_clock::now()),
      method_(IsKnownMethod(request.method) ? request.method : names::kOther),
      scheme_(request.scheme),
      route_(request.route),
      traced_(true) {
  const StartAttributes attributes(request, connection);
  span_ = StartRequestSpan(kScopeName, SpanName(method_, route_), trace::SpanKind::kServer,
                           attributes.list(), context_);
  context_ = WithSpan(context_, span_);
}

HttpServerSpan::HttpServerSpan(const Context& context)
    : context_(context), span_(NoSpan()), ended_(true) {}

HttpServerSpan HttpServerSpan::Untraced(const TextMapCarrier& headers) {
  return HttpServerSpan(Extract(headers));
}

HttpServerSpan::HttpServerSpan(HttpServerSpan&& other) noexcept
    : context_(other.context_),
      span_(other.span_),
      start_(other.start_),
      method_(std::move(other.method_)),
      scheme_(std::move(other.scheme_)),
      route_(std::move(other.route_)),
      traced_(other.traced_),
      ended_(std::exchange(other.ended_, true)) {}

HttpServerSpan::~HttpServerSpan() {
  EndWithError("unanswered", "the request was dropped without a response");
}

void HttpServerSpan::SetRoute(std::string_view route) {
  route_ = route;
  span_->SetAttribute(ToOtel(names::kHttpRoute), ToOtel(route));
  span_->UpdateName(ToOtel(SpanName(method_, route)));
}

void HttpServerSpan::End(unsigned status_code, std::string_view message) {
  const bool failed = status_code >= 500 || status_code < 100;
  Finish(failed ? std::to_string(status_code) : std::string(), message, status_code);
}

void HttpServerSpan::EndWithError(std::string_view error_type, std::string_view message) {
  Finish(error_type, message, 0);
}

void HttpServerSpan::Finish(std::string_view error_type, std::string_view message,
                            unsigned status_code) {
  if (std::exchange(ended_, true)) return;
  std::vector<Attribute> measured = {{names::kHttpRequestMethod, method_},
                                     {names::kUrlScheme, scheme_}};
  if (!route_.empty()) measured.emplace_back(names::kHttpRoute, route_);
  EndHttpSpan(*span_, context_, {status_code, error_type, message}, Duration(), start_,
              std::move(measured));
}

}  // namespace spanhound::sdk
