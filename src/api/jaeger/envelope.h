// The wrapping of every answer of the v1 API: {"data":...,"total":...,"limit":0,"offset":0,
// "errors":...}, and its errors. Unlike Jaeger, errors are application/json, which they are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/status.h"
#include "model/tenancy.h"
#include "net/http/http_router.h"
#include "net/http/http_server.h"
#include "query/query.h"

namespace spanhound::api {

struct ApiError {
  int code = 0;  // an HTTP status; 0: not shown
  std::string message;
  std::string trace_id;  // empty: not shown
};

// What a handler answers with.
struct Answer {
  std::function<void(JsonWriter&)> write_data;  // writes exactly one JSON value
  size_t total = 0;
  std::vector<ApiError> errors = {};
  std::optional<bool> complete = {};  // of a list that may be cut; not shown if nothing
  std::string next_page = {};         // not shown if empty
};

std::string RenderAnswer(const Answer& answer);
net::HttpResponse RenderError(int http_status, std::string_view message);

// Answers one request in the name of its tenant.
using Handle = std::function<Result<Answer>(const net::HttpRequest&, const query::QueryContext&)>;

// Adds GET routes whose handlers answer in the envelope; errors get the HTTP status of their code.
// The parameter prettyPrint indents the answer.
class GetRoutes {
 public:
  // `router` must outlive this object, which need not outlive its routes.
  GetRoutes(net::HttpRouter& router, model::Tenancy tenancy) : router_(router), tenancy_(tenancy) {}

  void Add(std::string pattern, Handle handle);

 private:
  net::HttpRouter& router_;
  const model::Tenancy tenancy_;
};

}  // namespace spanhound::api
