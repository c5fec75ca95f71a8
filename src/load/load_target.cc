#include "load/load_target.h"

#include <algorithm>
#include <charconv>

#include "net/grpc_client.h"
#include "net/http_client.h"
#include "wire/otlp.h"

namespace spanhound::load {
namespace {

constexpr std::string_view kGrpcScheme = "grpc://";
constexpr std::string_view kGrpcTlsScheme = "grpcs://";
constexpr std::string_view kHttpScheme = "http://";
constexpr std::string_view kHttpTlsScheme = "https://";
constexpr std::string_view kTracesPath = "/v1/traces";
constexpr size_t kReplyBytesMax = 4 << 20;  // OTLP's limit for responses

SendResult Acknowledged(std::string_view reply) {
  auto partial = wire::DecodeOtlpResponse(reply);
  if (!partial.ok()) return {partial.status().WithContext("reply")};
  SendResult result;
  result.rejected_spans = static_cast<uint64_t>(partial->rejected_count);
  return result;
}

bool IsRetryable(Code code) {
  switch (code) {
    case Code::kCancelled:
    case Code::kDeadlineExceeded:
    case Code::kAborted:
    case Code::kOutOfRange:
    case Code::kUnavailable:
    case Code::kDataLoss:
    case Code::kResourceExhausted:  // strictly only with RetryInfo, which the client does not see
      return true;
    default: return false;
  }
}

class GrpcTarget : public LoadTarget {
 public:
  GrpcTarget(std::unique_ptr<net::GrpcClient> client, const LoadTargetOptions& options)
      : client_(std::move(client)), timeout_ms_(options.timeout_ms) {}

  SendResult Send(std::string_view body) override {
    static const std::string method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    auto reply = client_->Call(method, body, timeout_ms_);
    if (reply.ok()) return Acknowledged(*reply);
    return {reply.status(), IsRetryable(reply.status().code())};
  }

 private:
  const std::unique_ptr<net::GrpcClient> client_;
  const uint32_t timeout_ms_;
};

class HttpTarget : public LoadTarget {
 public:
  HttpTarget(std::unique_ptr<net::HttpClient> client, std::string path,
             const LoadTargetOptions& options)
      : client_(std::move(client)), path_(std::move(path)), headers_(options.headers) {}

  SendResult Send(std::string_view body) override {
    auto reply = client_->Post(path_, "application/x-protobuf", body, headers_);
    if (!reply.ok()) return {reply.status(), true};  // the connection broke: OTLP says retry
    if (reply->status == 200) return Acknowledged(reply->body);
    SendResult result;
    result.status = Unavailable("HTTP status " + std::to_string(reply->status));
    result.is_retryable = reply->status == 429 || reply->status == 502 || reply->status == 503 ||
                          reply->status == 504;
    uint32_t seconds = 0;
    std::string_view text = reply->header("retry-after");
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    result.retry_after_ms = seconds * 1000;
    return result;
  }

 private:
  const std::unique_ptr<net::HttpClient> client_;
  const std::string path_;
  const std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace

Result<std::unique_ptr<LoadTarget>> LoadTarget::Create(const LoadTargetOptions& options) {
  const std::string& url = options.url;
  if (url.starts_with(kGrpcScheme)) {
    auto client = net::GrpcClient::Create(url.substr(kGrpcScheme.size()), options.headers);
    return std::unique_ptr<LoadTarget>(std::make_unique<GrpcTarget>(std::move(client), options));
  }
  if (url.starts_with(kGrpcTlsScheme)) {
    ASSIGN_OR_RETURN(auto client, net::GrpcClient::CreateTls(url.substr(kGrpcTlsScheme.size()),
                                                             options.authorities, options.headers));
    return std::unique_ptr<LoadTarget>(std::make_unique<GrpcTarget>(std::move(client), options));
  }
  if (!url.starts_with(kHttpScheme) && !url.starts_with(kHttpTlsScheme)) {
    return InvalidArgument(
        "the target is http://host:port or grpc://host:port, https:// or grpcs://, got " + url);
  }
  size_t path_begin = std::min(url.find('/', kHttpTlsScheme.size()), url.size());
  std::string path = url.substr(path_begin);
  if (path.empty() || path == "/") path = kTracesPath;
  ASSIGN_OR_RETURN(auto client,
                   net::HttpClient::Create(url.substr(0, path_begin), options.timeout_ms,
                                           kReplyBytesMax, options.authorities));
  return std::unique_ptr<LoadTarget>(
      std::make_unique<HttpTarget>(std::move(client), std::move(path), options));
}

}  // namespace spanhound::load
