#include "spanhound/http_server.h"

#include "http/request_facts.h"

namespace spanhound::sdk {

namespace http = boost::beast::http;

HttpServerSpan HttpServerTracing::Begin(const HttpRequestHead& request,
                                        const HttpConnection& connection) const {
  const BeastCarrier<const http::fields> headers(request);
  if (options_.filter && !options_.filter(request)) return HttpServerSpan::Untraced(headers);
  const std::string version = ProtocolVersion(request.version());
  const std::string route = options_.route ? options_.route(request) : std::string();
  HttpServerRequest facts = {.method = ToStd(request.method_string()),
                             .target = ToStd(request.target()),
                             .host = ToStd(request[http::field::host]),
                             .user_agent = ToStd(request[http::field::user_agent]),
                             .protocol_version = version,
                             .scheme = options_.scheme,
                             .route = route};
  if (options_.trust_forwarded_for) facts.forwarded_for = ToStd(request["X-Forwarded-For"]);
  return HttpServerSpan(facts, connection, headers);
}

}  // namespace spanhound::sdk
