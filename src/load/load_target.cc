#include "load/load_target.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "load/door_encoding.h"
#include "load/jaeger_target.h"
#include "net/grpc/grpc_client.h"
#include "net/http/http_client.h"
#include "net/stream/stream_client.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

constexpr std::string_view kGrpcScheme = "grpc://";
constexpr std::string_view kGrpcTlsScheme = "grpcs://";
constexpr std::string_view kHttpScheme = "http://";
constexpr std::string_view kHttpTlsScheme = "https://";
constexpr std::string_view kTracesPath = "/v1/traces";
constexpr size_t kReplyBytesMax = 4 << 20;       // OTLP's limit for responses
constexpr size_t kDoorReplyBytesMax = 64 << 20;  // _bulk answers item by item

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

// The spans of an OTLP request of our own making.
model::SpanBatch SpansOf(std::string_view body) {
  auto decoded = wire::DecodeOtlpTraces(std::string(body), {});
  CHECK(decoded.ok());
  return std::move(decoded->batch);
}

// A door that takes something else than OTLP over HTTP.
struct HttpDoor {
  std::string_view scheme;
  const char* path;
  const char* content_type;
  int success;
  std::string (*encode)(const model::SpanBatch& batch);
  std::string_view success_body;  // what the reply must hold
};
constexpr HttpDoor kHttpDoors[] = {
    {"zipkin-json://", "/api/v2/spans", "application/json", 202, EncodeZipkinJson, ""},
    {"zipkin-proto://", "/api/v2/spans", "application/x-protobuf", 202, EncodeZipkinProto, ""},
    {"elasticsearch://", "/_bulk", "application/x-ndjson", 200, EncodeElasticsearchBulk,
     "\"errors\":false"},
};

class HttpTarget : public LoadTarget {
 public:
  // `door` null: OTLP.
  HttpTarget(std::unique_ptr<net::HttpClient> client, std::string path, const HttpDoor* door,
             const LoadTargetOptions& options)
      : client_(std::move(client)),
        path_(std::move(path)),
        door_(door),
        headers_(options.headers) {}

  SendResult Send(std::string_view body) override {
    auto reply = Post(body);
    if (!reply.ok()) return {reply.status(), true};  // the connection broke: OTLP says retry
    if (door_ == nullptr && reply->status == 200) return Acknowledged(reply->body);
    if (door_ != nullptr && reply->status == door_->success) {
      if (reply->body.find(door_->success_body) != std::string::npos) return {Status::Ok()};
      return {Internal("some items were refused: " + reply->body.substr(0, 200))};
    }
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
  Result<net::HttpClientResponse> Post(std::string_view body) {
    if (door_ == nullptr) return client_->Post(path_, "application/x-protobuf", body, headers_);
    return client_->Post(path_, door_->content_type, door_->encode(SpansOf(body)), headers_);
  }

  const std::unique_ptr<net::HttpClient> client_;
  const std::string path_;
  const HttpDoor* const door_;
  const std::vector<std::pair<std::string, std::string>> headers_;
};

// Fluentd's forward protocol, every request a chunk that waits for its acknowledgement.
class FluentTarget : public LoadTarget {
 public:
  FluentTarget(std::string address, uint32_t timeout_ms)
      : address_(std::move(address)), timeout_ms_(timeout_ms) {}

  SendResult Send(std::string_view body) override {
    const std::string chunk = chunk_prefix_ + std::to_string(next_chunk_++);
    const Status status = Exchange(EncodeFluentForward(SpansOf(body), chunk), chunk);
    if (!status.ok()) client_.reset();
    return {status, !status.ok()};
  }

 private:
  Status Exchange(const std::string& message, const std::string& chunk) {
    if (!client_) {
      ASSIGN_OR_RETURN(client_, net::StreamClient::Create(address_, timeout_ms_));
    }
    RETURN_IF_ERROR(client_->Send(message));
    const std::string_view head(
        "\x81\xa3"
        "ack\xda",
        6);  // and two bytes of length
    ASSIGN_OR_RETURN(const std::string reply, client_->Receive(head.size() + 2 + chunk.size()));
    if (reply.starts_with(head) && reply.ends_with(chunk)) return Status::Ok();
    return Internal("not the acknowledgement of the chunk");
  }

  const std::string address_;
  const uint32_t timeout_ms_;
  std::unique_ptr<net::StreamClient> client_;  // null: not connected
  // The server takes a chunk with a known id for one sent again.
  const std::string chunk_prefix_ =
      std::to_string(std::random_device()()) + "-" + std::to_string(std::random_device()()) + "-";
  uint64_t next_chunk_ = 0;
};

constexpr std::string_view kFluentScheme = "fluent://";

Result<std::unique_ptr<LoadTarget>> CreateForDoor(const LoadTargetOptions& options) {
  if (options.url.starts_with(kFluentScheme)) {
    return std::unique_ptr<LoadTarget>(std::make_unique<FluentTarget>(
        options.url.substr(kFluentScheme.size()), options.timeout_ms));
  }
  for (const HttpDoor& door : kHttpDoors) {
    if (!options.url.starts_with(door.scheme)) continue;
    const std::string base = "http://" + options.url.substr(door.scheme.size());
    ASSIGN_OR_RETURN(auto client,
                     net::HttpClient::Create(base, options.timeout_ms, kDoorReplyBytesMax));
    return std::unique_ptr<LoadTarget>(
        std::make_unique<HttpTarget>(std::move(client), door.path, &door, options));
  }
  ASSIGN_OR_RETURN(auto jaeger, CreateJaegerTarget(options));
  if (jaeger != nullptr) return jaeger;
  return InvalidArgument(
      "the target is http://host:port, https://, grpc://, grpcs://, zipkin-json://, "
      "zipkin-proto://, elasticsearch://, fluent://, jaeger-http://, jaeger-grpc://, "
      "jaeger-udp:// or jaeger-udp-binary://, got " +
      options.url);
}

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
    return CreateForDoor(options);
  }
  size_t path_begin = std::min(url.find('/', kHttpTlsScheme.size()), url.size());
  std::string path = url.substr(path_begin);
  if (path.empty() || path == "/") path = kTracesPath;
  ASSIGN_OR_RETURN(auto client,
                   net::HttpClient::Create(url.substr(0, path_begin), options.timeout_ms,
                                           kReplyBytesMax, options.authorities));
  return std::unique_ptr<LoadTarget>(
      std::make_unique<HttpTarget>(std::move(client), std::move(path), nullptr, options));
}

}  // namespace spanhound::load
