#include "cli/api_client.h"

#include <memory>

#include "model/tenancy.h"
#include "net/http/http_client.h"

namespace spanhound::cli {
namespace {

constexpr uint32_t kTimeoutMs = 30'000;
constexpr size_t kAnswerBytesMax = 256u << 20;
constexpr int kHttpOk = 200;
constexpr int kHttpNotFound = 404;
// More than anybody reads below one trace; the server refuses more than 100,000.
constexpr std::string_view kLogLimit = "10000";

class ApiClient {
 public:
  static Result<ApiClient> Connect(const ApiAddress& address) {
    if (!address.tenant.empty() && !model::IsTenantName(address.tenant)) {
      return InvalidArgument("a tenant is 1 to 128 characters of A-Z a-z 0-9 _ . -");
    }
    std::string base = address.url;
    while (base.ends_with('/')) base.pop_back();
    auto http = net::HttpClient::Create(base, kTimeoutMs, kAnswerBytesMax, address.authorities);
    if (!http.ok()) return Unreachable(address.url, http.status());
    ApiClient client(address.url, std::move(*http));
    client.headers_ = address.headers;
    if (!address.tenant.empty()) client.headers_.emplace_back("X-Scope-OrgID", address.tenant);
    return client;
  }

  // The body of a 200.
  Result<std::string> Get(const std::string& target) {
    auto response = http_->Get(target, headers_);
    if (!response.ok()) return Unreachable(url_, response.status());
    if (response->status == kHttpOk) return std::move(response->body);
    std::string message = ErrorMessage(response->body);
    if (message.empty()) {
      message = url_ + " answered " + std::to_string(response->status) + "; is it a Spanhound?";
    }
    const Code code = response->status == kHttpNotFound ? Code::kNotFound : Code::kUnknown;
    return Status(code, std::move(message));
  }

 private:
  ApiClient(std::string url, std::unique_ptr<net::HttpClient> http)
      : url_(std::move(url)), http_(std::move(http)) {}

  static Status Unreachable(const std::string& url, const Status& cause) {
    return Unavailable("cannot reach " + url + " (" + cause.message() +
                       "); is `spanhound serve` running?");
  }

  std::string url_;
  std::unique_ptr<net::HttpClient> http_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

void AddParameter(std::string& target, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  target.push_back(target.find('?') == std::string::npos ? '?' : '&');
  target.append(name).append("=").append(net::PercentEncode(value));
}

}  // namespace

Result<TraceView> FetchTrace(const ApiAddress& address, std::string_view trace_id) {
  ASSIGN_OR_RETURN(ApiClient client, ApiClient::Connect(address));
  const std::string id = net::PercentEncode(trace_id);
  auto body = client.Get("/api/traces/" + id);
  if (!body.ok()) return body.status();
  ASSIGN_OR_RETURN(TraceView trace, ParseTrace(*body));
  std::string target = "/api/logs";
  AddParameter(target, "traceID", trace_id);
  AddParameter(target, "order", "oldest");
  AddParameter(target, "limit", kLogLimit);
  ASSIGN_OR_RETURN(const std::string logs, client.Get(target));
  ASSIGN_OR_RETURN(trace.logs, ParseLogs(logs));
  return trace;
}

Result<std::string> TraceListTarget(const TraceQuestion& question) {
  std::string target = "/api/trace-summaries";
  AddParameter(target, "service", question.service);
  AddParameter(target, "operation", question.operation);
  AddParameter(target, "minDuration", question.min_duration);
  AddParameter(target, "maxDuration", question.max_duration);
  AddParameter(target, "start", std::to_string(question.start_unix_micros));
  AddParameter(target, "end", std::to_string(question.end_unix_micros));
  AddParameter(target, "limit", std::to_string(question.limit));
  for (const std::string& tag : question.tags) {
    const size_t equals = tag.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidArgument("--tag takes key=value, not '" + tag + "'");
    }
    // The API splits at the first colon, so a key with a colon only goes through as JSON; no
    // convention has such keys.
    AddParameter(target, "tag", tag.substr(0, equals) + ":" + tag.substr(equals + 1));
  }
  return target;
}

Result<std::vector<TraceListEntry>> FetchTraceList(const ApiAddress& address,
                                                   const TraceQuestion& question) {
  ASSIGN_OR_RETURN(const std::string target, TraceListTarget(question));
  ASSIGN_OR_RETURN(ApiClient client, ApiClient::Connect(address));
  ASSIGN_OR_RETURN(const std::string body, client.Get(target));
  return ParseTraceList(body);
}

}  // namespace spanhound::cli
