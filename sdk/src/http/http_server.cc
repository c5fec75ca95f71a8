#include "spanhound/http_server.h"

#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/default_span.h>

#include <utility>
#include <vector>

#include "attribute_text.h"
#include "http/request_facts.h"
#include "semantic_names.h"
#include "span_start.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace http = boost::beast::http;
namespace trace = opentelemetry::trace;

constexpr std::string_view kScopeName = "spanhound.http_server";

// Owns the texts that the attributes of the starting span are views of.
class StartAttributes {
 public:
  StartAttributes(const HttpServerOptions& options, const HttpRequestHead& request,
                  const HttpConnection& connection, std::string_view route);
  const std::vector<Attribute>& list() const { return list_; }

 private:
  void AddMethod(const HttpRequestHead& request);
  void AddAddresses(const HttpServerOptions& options, const HttpRequestHead& request,
                    const HttpConnection& connection);
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
  std::string version_;
  std::vector<Attribute> list_;
};

StartAttributes::StartAttributes(const HttpServerOptions& options, const HttpRequestHead& request,
                                 const HttpConnection& connection, std::string_view route)
    : target_(SplitTarget(ToStd(request.target()))),
      server_(ParseHostAndPort(ToStd(request[http::field::host]))),
      user_agent_(AttributeText(ToStd(request[http::field::user_agent]))),
      version_(ProtocolVersion(request.version())) {
  list_.reserve(14);
  AddMethod(request);
  AddText(names::kUrlPath, target_.path);
  AddText(names::kUrlScheme, options.scheme);
  AddText(names::kUrlQuery, target_.query);
  AddText(names::kHttpRoute, route);
  AddAddresses(options, request, connection);
  AddText(names::kUserAgent, user_agent_);
  AddText(names::kNetworkProtocolVersion, version_);
}

void StartAttributes::AddMethod(const HttpRequestHead& request) {
  const std::string_view method = ToStd(request.method_string());
  if (IsKnownMethod(method)) {
    AddText(names::kHttpRequestMethod, method);
    return;
  }
  original_method_ = AttributeText(method);
  AddText(names::kHttpRequestMethod, names::kOther);
  AddText(names::kHttpRequestMethodOriginal, original_method_);
}

void StartAttributes::AddAddresses(const HttpServerOptions& options, const HttpRequestHead& request,
                                   const HttpConnection& connection) {
  if (server_.host.empty()) server_ = {connection.local_address, connection.local_port};
  AddText(names::kServerAddress, server_.host);
  AddPort(names::kServerPort, server_.port);
  AddText(names::kNetworkPeerAddress, connection.peer_address);
  AddPort(names::kNetworkPeerPort, connection.peer_port);
  if (options.trust_forwarded_for) client_ = FirstForwardedFor(ToStd(request["X-Forwarded-For"]));
  AddText(names::kClientAddress, client_.empty() ? connection.peer_address : client_);
}

std::string SpanName(std::string_view method, std::string_view route) {
  std::string name(method);
  if (!route.empty()) name.append(" ").append(route);
  return name;
}

OtelSpan NoSpan() { return OtelSpan(new trace::DefaultSpan(trace::SpanContext::GetInvalid())); }

}  // namespace

HttpServerSpan::HttpServerSpan(const HttpServerOptions& options, const HttpRequestHead& request,
                               const HttpConnection& connection) {
  context_ = Extract(BeastCarrier<const http::fields>(request));
  if (options.filter && !options.filter(request)) {
    span_ = NoSpan();
    return;  // what the handler calls still continues the caller's trace
  }
  traced_ = true;
  const std::string_view method = ToStd(request.method_string());
  method_ = IsKnownMethod(method) ? method : "HTTP";
  const std::string route = options.route ? options.route(request) : std::string();
  const StartAttributes attributes(options, request, connection, route);
  span_ = StartRequestSpan(kScopeName, SpanName(method_, route), trace::SpanKind::kServer,
                           attributes.list(), context_);
  context_ = trace::SetSpan(context_, span_);
}

HttpServerSpan::HttpServerSpan(HttpServerSpan&& other) noexcept
    : context_(other.context_),
      span_(other.span_),
      method_(std::move(other.method_)),
      traced_(other.traced_),
      ended_(std::exchange(other.ended_, true)) {}

HttpServerSpan::~HttpServerSpan() {
  EndWithError("unanswered", "the request was dropped without a response");
}

void HttpServerSpan::SetRoute(std::string_view route) {
  span_->SetAttribute(ToOtel(names::kHttpRoute), ToOtel(route));
  span_->UpdateName(ToOtel(SpanName(method_, route)));
}

void HttpServerSpan::End(unsigned status_code) {
  if (std::exchange(ended_, true)) return;
  span_->SetAttribute(ToOtel(names::kHttpResponseStatusCode),
                      static_cast<std::int64_t>(status_code));
  if (status_code >= 500 || status_code < 100) {
    span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(std::to_string(status_code)));
    span_->SetStatus(trace::StatusCode::kError);
  }
  span_->End();
}

void HttpServerSpan::EndWithError(std::string_view error_type, std::string_view message) {
  if (std::exchange(ended_, true)) return;
  span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(error_type));
  span_->SetStatus(trace::StatusCode::kError, ToOtel(AttributeText(message)));
  span_->End();
}

}  // namespace spanhound::sdk
