#include "api/jaeger/envelope.h"

#include <utility>

#include "api/jaeger/indent_json.h"

namespace spanhound::api {
namespace {

constexpr char kJsonType[] = "application/json";

void WriteErrors(JsonWriter& json, const std::vector<ApiError>& errors) {
  if (errors.empty()) return json.Null();
  json.BeginArray();
  for (const ApiError& error : errors) {
    json.BeginObject();
    if (error.code != 0) json.Field("code", static_cast<int64_t>(error.code));
    json.Field("msg", error.message);
    if (!error.trace_id.empty()) json.Field("traceID", error.trace_id);
    json.EndObject();
  }
  json.EndArray();
}

bool WantsIndent(const net::HttpRequest& request) {
  const std::string_view value = request.query_value("prettyPrint");
  return !value.empty() && value != "false";
}

}  // namespace

std::string RenderAnswer(const Answer& answer) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("data");
  answer.write_data(json);
  json.Field("total", static_cast<int64_t>(answer.total));
  json.Field("limit", int64_t{0});
  json.Field("offset", int64_t{0});
  json.Key("errors");
  WriteErrors(json, answer.errors);
  json.EndObject();
  body.push_back('\n');
  return body;
}

net::HttpResponse RenderError(int http_status, std::string_view message) {
  Answer answer{[](JsonWriter& json) { json.Null(); }};
  answer.errors.push_back({http_status, std::string(message), ""});
  return {http_status, kJsonType, RenderAnswer(answer)};
}

void AddGetRoute(net::HttpRouter& router, std::string pattern,
                 std::function<Result<Answer>(const net::HttpRequest&)> handle) {
  auto handler = [handle = std::move(handle)](net::HttpRequest request,
                                              net::HttpResponder respond) {
    Result<Answer> answer = handle(request);
    if (!answer.ok()) {
      const Status& status = answer.status();
      return respond(RenderError(HttpStatusFromCode(status.code()), status.message()));
    }
    std::string body = RenderAnswer(*answer);
    if (WantsIndent(request)) body = IndentJson(body);
    respond({200, kJsonType, std::move(body)});
  };
  router.Add("GET", std::move(pattern), std::move(handler));
}

}  // namespace spanhound::api
