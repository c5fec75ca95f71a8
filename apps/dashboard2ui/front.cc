#include "dashboard2ui/front.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "dashboard2ui/answers_json.h"
#include "dashboard2ui/page.h"
#include "service/cost_text.h"
#include "spanhound/log.h"
#include "spanhound/trace.h"

namespace dashboard2ui {
namespace {

namespace http = boost::beast::http;
namespace pb = WeiYun::Dashboard2api;
namespace sdk = spanhound::sdk;
using Back = pb::DashBoardService::StubInterface;

constexpr char kHealthPath[] = "/healthz";
constexpr char kDefaultUsername[] = "donuts";
constexpr std::size_t kUsernameBytesMax = 64;
constexpr std::size_t kNamespaceBytesMax = 63;
constexpr auto kBackDeadline = std::chrono::milliseconds(2500);

std::string_view TargetOf(const sdk::HttpRequestHead& request) {
  return {request.target().data(), request.target().size()};
}

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

bool IsTraced(const sdk::HttpRequestHead& request) {
  return PathOf(TargetOf(request)) != kHealthPath;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '@' || c == '-';
}

Response Answer(const Request& request, http::status status, std::string_view content_type,
                std::string body) {
  Response response(status, request.version());
  response.set(http::field::content_type, {content_type.data(), content_type.size()});
  response.set("X-Content-Type-Options", "nosniff");
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

Response Error(const Request& request, http::status status, std::string_view code,
               std::string_view message) {
  return Answer(request, status, "application/json",
                ErrorJson(code, message, sdk::CurrentSpan().trace_id()));
}

Response BackFailed(const Request& request, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return Error(request, http::status::bad_request, "bad_request", status.error_message());
    case grpc::StatusCode::NOT_FOUND:
      return Error(request, http::status::not_found, "not_found", status.error_message());
    default: break;
  }
  const bool late = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  SPANHOUND_ERROR("dashboard2api failed with code {}: {}", static_cast<int>(status.error_code()),
                  status.error_message());
  return Error(request, late ? http::status::gateway_timeout : http::status::bad_gateway,
               late ? "back_end_timeout" : "back_end_failed", status.error_message());
}

// The value of a query parameter, as it is; nullopt if there is none.
std::optional<std::string_view> ParameterOf(std::string_view target, std::string_view name) {
  const std::size_t mark = target.find('?');
  std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && parameter.substr(0, equals) == name) {
      return parameter.substr(equals + 1);
    }
  }
  return std::nullopt;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// What "%40" and its like stand for; nullopt if it is cut short or no hex.
std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return decoded;
}

// The name that a parameter's value is; nullopt if it is none.
std::optional<std::string> NameIn(std::string_view value, std::size_t bytes_max) {
  std::optional<std::string> name = PercentDecoded(value);
  const bool is_name = name.has_value() && !name->empty() && name->size() <= bytes_max &&
                       std::all_of(name->begin(), name->end(), IsNameCharacter);
  return is_name ? name : std::nullopt;
}

// One question to the back end. The parameter namespace goes into queries that have one.
template <typename Query, typename Reply>
Response Ask(Back& back, const Request& request,
             grpc::Status (Back::*method)(grpc::ClientContext*, const Query&, Reply*)) {
  const std::optional<std::string> username = UsernameOf(TargetOf(request));
  if (!username.has_value()) {
    return Error(request, http::status::bad_request, "bad_username",
                 "username is 1 to 64 of A-Z a-z 0-9 . _ @ -");
  }
  Query query;
  if constexpr (requires { query.set_name_space(""); }) {
    const std::optional<std::string> name_space = NamespaceOf(TargetOf(request));
    if (!name_space.has_value()) {
      return Error(request, http::status::bad_request, "bad_namespace",
                   "?namespace= is 1 to 63 of a-z 0-9 -");
    }
    query.set_name_space(*name_space);
  }
  const sdk::ContextScope baggage = sdk::SetBaggage("username", *username);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kBackDeadline);
  Reply reply;
  const grpc::Status status = (back.*method)(&context, query, &reply);
  if (!status.ok()) return BackFailed(request, status);
  return Answer(request, http::status::ok, "application/json", ToJson(reply));
}

template <auto kMethod>
Response AskFor(Back& back, const Request& request) {
  return Ask(back, request, kMethod);
}

struct ApiRoute {
  std::string_view path;
  Response (*ask)(Back& back, const Request& request);
};

constexpr ApiRoute kApiRoutes[] = {{"/api/namespaces", AskFor<&Back::GetNameSpaces>},
                                   {"/api/nodes", AskFor<&Back::GetNodes>},
                                   {"/api/pods", AskFor<&Back::GetPods>},
                                   {"/api/deployments", AskFor<&Back::GetDeployments>},
                                   {"/api/services", AskFor<&Back::GetServices>}};

const ApiRoute* ApiRouteAt(std::string_view path) {
  for (const ApiRoute& each : kApiRoutes) {
    if (each.path == path) return &each;
  }
  return nullptr;
}

// Only paths that exist name a span.
std::string RouteOf(const sdk::HttpRequestHead& request) {
  const std::string_view path = PathOf(TargetOf(request));
  const bool exists = ApiRouteAt(path) != nullptr || PageFileAt(path).has_value();
  return exists ? std::string(path) : std::string();
}

// HEAD is answered like GET, without the body.
Response WithoutBody(Response response) {
  const std::size_t size = response.body().size();
  response.body().clear();
  response.content_length(size);
  return response;
}

}  // namespace

std::optional<std::string> UsernameOf(std::string_view target) {
  return NameIn(ParameterOf(target, "username").value_or(kDefaultUsername), kUsernameBytesMax);
}

std::optional<std::string> NamespaceOf(std::string_view target) {
  return NameIn(ParameterOf(target, "namespace").value_or(""), kNamespaceBytesMax);
}

Front::Front(std::unique_ptr<pb::DashBoardService::StubInterface> back)
    : back_(std::move(back)), tracing_({.route = RouteOf, .filter = IsTraced}) {}

Response Front::Serve(const Request& request, const sdk::HttpConnection& connection) const {
  const auto start = std::chrono::steady_clock::now();
  return tracing_.Handle(request, connection, [&](sdk::HttpServerSpan& span) {
    Response response = Route(request);
    if (!span.traced()) return response;
    response.set("X-Trace-Id", sdk::CurrentSpan().trace_id());
    SPANHOUND_INFO("{} {} {} cost time={}",
                   std::string_view(request.method_string().data(), request.method_string().size()),
                   PathOf(TargetOf(request)), response.result_int(),
                   service::CostText(std::chrono::steady_clock::now() - start));
    return response;
  });
}

Response Front::Route(const Request& request) const {
  if (request.method() == http::verb::head) {
    Request get = request;
    get.method(http::verb::get);
    return WithoutBody(Route(get));
  }
  const std::string_view path = PathOf(TargetOf(request));
  const std::optional<PageFile> file = PageFileAt(path);
  const ApiRoute* api = ApiRouteAt(path);
  if (api == nullptr && !file.has_value() && path != kHealthPath) {
    return Error(request, http::status::not_found, "not_found", "there is no such page");
  }
  if (request.method() != http::verb::get) {
    Response response =
        Error(request, http::status::method_not_allowed, "method_not_allowed", "only GET");
    response.set(http::field::allow, "GET, HEAD");
    return response;
  }
  if (file.has_value()) {
    Response page = Answer(request, http::status::ok, file->content_type, std::string(file->body));
    page.set("Content-Security-Policy", std::string(PageSecurityPolicy()));
    return page;
  }
  if (path == kHealthPath) return Answer(request, http::status::ok, "text/plain", "ok\n");
  return api->ask(*back_, request);
}

}  // namespace dashboard2ui
