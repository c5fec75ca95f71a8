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

Result<Answer> Ask(const Handle& handle, model::Tenancy tenancy, const net::HttpRequest& request) {
  query::QueryContext context;
  ASSIGN_OR_RETURN(context.tenant, model::TenantOf(tenancy, request.headers));
  query::Cancellation cancellation;
  context.cancellation = &cancellation;
  const auto watch = request.peer.OnGone([&cancellation] { cancellation.Cancel(); });
  return handle(request, context);
}

// What the answer was made of is let go behind the reply, which need not wait for that.
void Respond(const Handle& handle, model::Tenancy tenancy, const net::HttpRequest& request,
             const net::HttpResponder& respond) {
  const Result<Answer> answer = Ask(handle, tenancy, request);
  if (!answer.ok()) {
    return respond(
        RenderError(HttpStatusFromCode(answer.status().code()), answer.status().message()));
  }
  std::string body = RenderAnswer(*answer);
  if (WantsIndent(request)) body = IndentJson(body);
  respond({200, kJsonType, std::move(body)});
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
  if (answer.complete) json.Field("complete", *answer.complete);
  if (!answer.next_page.empty()) json.Field("nextPage", answer.next_page);
  json.EndObject();
  body.push_back('\n');
  return body;
}

net::HttpResponse RenderError(int http_status, std::string_view message) {
  Answer answer{[](JsonWriter& json) { json.Null(); }};
  answer.errors.push_back({http_status, std::string(message), ""});
  return {http_status, kJsonType, RenderAnswer(answer)};
}

void GetRoutes::Add(std::string pattern, Handle handle) {
  auto handler = [handle = std::move(handle), tenancy = tenancy_](net::HttpRequest request,
                                                                  net::HttpResponder respond) {
    Respond(handle, tenancy, request, respond);
  };
  router_.Add("GET", std::move(pattern), std::move(handler));
}

}  // namespace spanhound::api
