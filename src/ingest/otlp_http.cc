#include "ingest/otlp_http.h"

#include <optional>
#include <string>
#include <string_view>

#include "ingest/media_type.h"
#include "wire/otlp/otlp.h"
#include "wire/otlp/otlp_json.h"
#include "wire/otlp/rpc_status.h"

namespace spanhound::ingest {
namespace {

constexpr char kProtobufType[] = "application/x-protobuf";
constexpr char kJsonType[] = "application/json";

// Of a request and of its answer.
enum class Format { kProtobuf, kJson };

std::optional<Format> RequestFormat(const net::HttpRequest& request) {
  const std::string type = MediaType(request.header("content-type"));
  if (type == kProtobufType) return Format::kProtobuf;
  if (type == kJsonType) return Format::kJson;
  return std::nullopt;
}

net::HttpResponse ErrorResponse(int http_status, Format format, const Status& status) {
  if (format == Format::kProtobuf) {
    return {http_status, kProtobufType, wire::EncodeRpcStatus(status)};
  }
  return {http_status, kJsonType, wire::EncodeRpcStatusJson(status)};
}

net::HttpResponse SuccessResponse(Format format, Signal signal, const Receipt& receipt) {
  if (format == Format::kProtobuf) {
    return {200, kProtobufType,
            wire::EncodeOtlpResponse(receipt.rejected_count, receipt.rejected_message)};
  }
  const char* field = signal == Signal::kSpans ? "rejectedSpans" : "rejectedLogRecords";
  return {200, kJsonType,
          wire::EncodeOtlpResponseJson(field, receipt.rejected_count, receipt.rejected_message)};
}

net::HttpResponse Response(Format format, Signal signal, const Receipt& receipt) {
  if (receipt.status.ok()) return SuccessResponse(format, signal, receipt);
  if (receipt.is_retryable) {
    net::HttpResponse response = ErrorResponse(503, format, receipt.status);
    response.headers.emplace_back("Retry-After", std::to_string(kRetryDelayMs / 1000));
    return response;
  }
  // Not 429, which would ask the client to send the same request again.
  if (receipt.status.code() == Code::kResourceExhausted) {
    return ErrorResponse(413, format, receipt.status);
  }
  return ErrorResponse(HttpStatusFromCode(receipt.status.code()), format, receipt.status);
}

void Export(Ingest& ingest, Signal signal, net::HttpRequest request, net::HttpResponder respond) {
  const std::optional<Format> format = RequestFormat(request);
  if (!format.has_value()) {
    ingest.CountUnsupportedMediaType(Door::kOtlpHttp);
    respond(OtlpHttpErrors()(request, 415,
                             "Content-Type must be application/x-protobuf or application/json"));
    return;
  }
  Parcel parcel{Door::kOtlpHttp, std::move(request.body), std::move(request.headers)};
  const bool is_json = *format == Format::kJson;
  const auto done = [format = *format, signal, respond = std::move(respond)](Receipt receipt) {
    respond(Response(format, signal, receipt));
  };
  if (signal == Signal::kSpans) {
    ingest.AddSpans(std::move(parcel),
                    is_json ? wire::DecodeOtlpTracesJson : wire::DecodeOtlpTraces, done);
  } else {
    ingest.AddLogs(std::move(parcel), is_json ? wire::DecodeOtlpLogsJson : wire::DecodeOtlpLogs,
                   done);
  }
}

Code CodeFromHttpStatus(int http_status) {
  switch (http_status) {
    case 400:
    case 415: return Code::kInvalidArgument;
    case 401: return Code::kUnauthenticated;
    case 403:
    case 421: return Code::kPermissionDenied;
    case 404: return Code::kNotFound;
    case 405:
    case 501: return Code::kUnimplemented;
    case 408: return Code::kDeadlineExceeded;
    case 413:
    case 431: return Code::kResourceExhausted;
    case 429:
    case 503: return Code::kUnavailable;
    default: return http_status < 500 ? Code::kInvalidArgument : Code::kInternal;
  }
}

}  // namespace

void AddOtlpHttpRoutes(net::HttpRouter& router, Ingest& ingest) {
  const auto add = [&](const char* path, Signal signal) {
    router.Add("POST", path,
               [&ingest, signal](net::HttpRequest request, net::HttpResponder respond) {
                 Export(ingest, signal, std::move(request), std::move(respond));
               });
  };
  add("/v1/traces", Signal::kSpans);
  add("/v1/logs", Signal::kLogs);
}

net::HttpErrorRenderer OtlpHttpErrors() {
  return [](const net::HttpRequest& request, int http_status, std::string_view message) {
    // Who speaks neither encoding is probably a person with curl: JSON can be read.
    const Format format = RequestFormat(request).value_or(Format::kJson);
    return ErrorResponse(http_status, format,
                         Status(CodeFromHttpStatus(http_status), std::string(message)));
  };
}

}  // namespace spanhound::ingest
