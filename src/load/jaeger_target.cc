#include "load/jaeger_target.h"

#include "net/grpc/grpc_client.h"
#include "net/http/http_client.h"
#include "net/udp/udp_client.h"
#include "wire/jaeger/jaeger_encode.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

using wire::JaegerEncoding;

constexpr size_t kDatagramBytesMax = 65'000;
constexpr size_t kReplyBytesMax = 4 << 20;

// What becomes of one message.
class JaegerDoor {
 public:
  virtual ~JaegerDoor() = default;
  virtual SendResult Post(std::string_view message) = 0;
};

class HttpDoor : public JaegerDoor {
 public:
  HttpDoor(std::unique_ptr<net::HttpClient> client, const LoadTargetOptions& options)
      : client_(std::move(client)), headers_(options.headers) {}

  SendResult Post(std::string_view message) override {
    auto reply = client_->Post("/api/traces", "application/x-thrift", message, headers_);
    if (!reply.ok()) return {reply.status(), true};
    if (reply->status == 202) return {};
    return {Unavailable("HTTP status " + std::to_string(reply->status)), reply->status == 503};
  }

 private:
  const std::unique_ptr<net::HttpClient> client_;
  const std::vector<std::pair<std::string, std::string>> headers_;
};

class GrpcDoor : public JaegerDoor {
 public:
  GrpcDoor(const std::string& address, const LoadTargetOptions& options)
      : client_(net::GrpcClient::Create(address, options.headers)),
        timeout_ms_(options.timeout_ms) {}

  SendResult Post(std::string_view message) override {
    auto reply = client_->Call("/jaeger.api_v2.CollectorService/PostSpans", message, timeout_ms_);
    if (reply.ok()) return {};
    return {reply.status(), reply.status().code() == Code::kUnavailable ||
                                reply.status().code() == Code::kResourceExhausted};
  }

 private:
  const std::unique_ptr<net::GrpcClient> client_;
  const uint32_t timeout_ms_;
};

class UdpDoor : public JaegerDoor {
 public:
  explicit UdpDoor(std::unique_ptr<net::UdpClient> client) : client_(std::move(client)) {}
  SendResult Post(std::string_view message) override { return {client_->Send(message), true}; }

 private:
  const std::unique_ptr<net::UdpClient> client_;
};

class JaegerTarget : public LoadTarget {
 public:
  JaegerTarget(JaegerEncoding encoding, std::unique_ptr<JaegerDoor> door)
      : encoding_(encoding), door_(std::move(door)) {}

  SendResult Send(std::string_view body) override {
    auto decoded = wire::DecodeOtlpTraces(std::string(body), {});
    if (!decoded.ok()) return {decoded.status()};
    const bool is_datagram =
        encoding_ == JaegerEncoding::kCompactCall || encoding_ == JaegerEncoding::kBinaryCall;
    const size_t bytes_max = is_datagram ? kDatagramBytesMax : SIZE_MAX;
    for (const auto& message : wire::EncodeJaeger(decoded->batch, encoding_, bytes_max)) {
      SendResult result = door_->Post(message.bytes);
      if (!result.status.ok()) return result;
    }
    return {};
  }

 private:
  const JaegerEncoding encoding_;
  const std::unique_ptr<JaegerDoor> door_;
};

struct Scheme {
  std::string_view prefix;
  JaegerEncoding encoding;
};
constexpr Scheme kSchemes[] = {{"jaeger-http://", JaegerEncoding::kThriftBatch},
                               {"jaeger-grpc://", JaegerEncoding::kPostSpans},
                               {"jaeger-udp://", JaegerEncoding::kCompactCall},
                               {"jaeger-udp-binary://", JaegerEncoding::kBinaryCall}};

Result<std::unique_ptr<JaegerDoor>> OpenDoor(JaegerEncoding encoding, const std::string& address,
                                             const LoadTargetOptions& options) {
  std::unique_ptr<JaegerDoor> door;
  if (encoding == JaegerEncoding::kThriftBatch) {
    ASSIGN_OR_RETURN(auto client, net::HttpClient::Create("http://" + address, options.timeout_ms,
                                                          kReplyBytesMax));
    door = std::make_unique<HttpDoor>(std::move(client), options);
  } else if (encoding == JaegerEncoding::kPostSpans) {
    door = std::make_unique<GrpcDoor>(address, options);
  } else {
    ASSIGN_OR_RETURN(auto client, net::UdpClient::Create(address));
    door = std::make_unique<UdpDoor>(std::move(client));
  }
  return door;
}

}  // namespace

Result<std::unique_ptr<LoadTarget>> CreateJaegerTarget(const LoadTargetOptions& options) {
  for (const Scheme& scheme : kSchemes) {
    if (!options.url.starts_with(scheme.prefix)) continue;
    const std::string address = options.url.substr(scheme.prefix.size());
    ASSIGN_OR_RETURN(auto door, OpenDoor(scheme.encoding, address, options));
    return std::unique_ptr<LoadTarget>(
        std::make_unique<JaegerTarget>(scheme.encoding, std::move(door)));
  }
  return std::unique_ptr<LoadTarget>();
}

}  // namespace spanhound::load
