#include "ingest/collector_response.h"

#include <string>

namespace spanhound::ingest {

net::HttpResponse PlainTextError(int http_status, std::string message) {
  message += "\n";
  return {http_status, "text/plain; charset=utf-8", std::move(message)};
}

net::HttpResponse CollectorResponse(const Receipt& receipt) {
  const Status& status = receipt.status;
  if (status.ok()) {
    // The protocols have no partial success: a client learns of bad spans when none was good.
    if (receipt.accepted_count == 0 && receipt.rejected_count > 0) {
      return PlainTextError(400, "no span could be accepted: " + receipt.rejected_message);
    }
    return {202, "", ""};
  }
  if (receipt.is_retryable) {
    net::HttpResponse response = PlainTextError(503, status.message());
    response.headers.emplace_back("Retry-After", std::to_string(kRetryDelayMs / 1000));
    return response;
  }
  switch (status.code()) {
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
      return PlainTextError(400, "unable to take the batch: " + status.message());
    case Code::kResourceExhausted: return PlainTextError(413, status.message());
    default: return PlainTextError(500, status.message());
  }
}

}  // namespace spanhound::ingest
