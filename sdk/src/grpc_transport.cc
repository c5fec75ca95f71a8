#include <charconv>
#include <string_view>
#include <utility>

#include "curl_client.h"
#include "environment.h"
#include "proto_reader.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

// Status codes of gRPC, as many as mean something here.
enum GrpcCode : int {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kDeadlineExceeded = 4,
  kResourceExhausted = 8,
  kAborted = 10,
  kOutOfRange = 11,
  kUnavailable = 14,
  kDataLoss = 15
};
constexpr std::size_t kFrameBytes = 5;  // before a message: compressed or not, four bytes of length

// Standard alphabet; padding and anything else ends it.
std::string Base64Decode(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) bytes.push_back(static_cast<char>(bits >> (count -= 8)));
  }
  return bytes;
}

// A google.protobuf.Duration.
std::chrono::milliseconds ReadDuration(std::string_view bytes) {
  constexpr std::uint64_t kLongestSeconds = 3600;
  std::chrono::milliseconds time{0};
  for (ProtoReader field(bytes); field.Next();) {
    if (field.number() == 1) time += std::chrono::seconds(std::min(field.value(), kLongestSeconds));
    if (field.number() == 2)
      time += std::chrono::milliseconds(field.value() % 1'000'000'000 / 1'000'000);
  }
  return time;
}

// The RetryInfo in the details of a google.rpc.Status: when to come back; false when there is none.
bool ReadRetryInfo(std::string_view status, std::chrono::milliseconds* retry_after) {
  for (ProtoReader field(status); field.Next();) {
    if (field.number() != 3 || field.type() != ProtoType::kBytes) continue;
    std::string_view type, value;
    for (ProtoReader any(field.bytes()); any.Next();) {
      if (any.number() == 1) type = any.bytes();
      if (any.number() == 2) value = any.bytes();
    }
    if (!type.ends_with("google.rpc.RetryInfo")) continue;
    for (ProtoReader info(value); info.Next();) {
      if (info.number() == 1) *retry_after = ReadDuration(info.bytes());
    }
    return true;
  }
  return false;
}

bool IsRetryable(int code) {
  return code == kCancelled || code == kDeadlineExceeded || code == kAborted ||
         code == kOutOfRange || code == kUnavailable || code == kDataLoss;
}

// A reply without a gRPC status comes from a proxy; gRPC says what its HTTP status means.
int CodeOf(long http_status) {
  const bool unavailable =
      http_status == 429 || http_status == 502 || http_status == 503 || http_status == 504;
  return unavailable ? kUnavailable : kUnknown;
}

std::string Frame(std::string_view message, bool compressed) {
  std::string frame;
  frame.reserve(kFrameBytes + message.size());
  frame.push_back(compressed ? 1 : 0);
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(message.size() >> shift));
  }
  return frame += message;
}

class GrpcTransport : public Transport {
 public:
  GrpcTransport(const Endpoint& endpoint, const std::string& method)
      : address_(endpoint.url),
        gzip_(endpoint.gzip),
        client_(endpoint, MakeRequest(endpoint, method)) {}

  Reply Send(std::string_view body, StopSignal::Clock::time_point deadline,
             const StopSignal& stop) override {
    const CurlClient::Response response = client_.Send(Frame(body, gzip_), deadline, stop);
    if (response.status == 0) {
      const auto kind = response.hopeless ? Reply::Kind::kRefused : Reply::Kind::kRetry;
      return {.kind = kind, .error = response.error, .body = {}};
    }
    return ToReply(response);
  }

  const std::string& destination() const override { return address_; }

 private:
  static CurlClient::Request MakeRequest(const Endpoint& endpoint, const std::string& method) {
    CurlClient::Request request{
        .url = (endpoint.tls ? "https://" : "http://") + endpoint.url + method,
        .headers = {"Content-Type: application/grpc", "TE: trailers", "Expect:"},
        .http2 = true};
    if (endpoint.gzip) request.headers.emplace_back("grpc-encoding: gzip");
    for (const auto& [name, value] : endpoint.headers) {
      request.headers.push_back(name + ": " + value);
    }
    return request;
  }

  static Reply ToReply(const CurlClient::Response& response) {
    const auto header = [&](const char* name) {
      const auto found = response.headers.find(name);
      return found == response.headers.end() ? std::string() : found->second;
    };
    const std::string text = header("grpc-status");
    int code = CodeOf(response.status);
    std::from_chars(text.data(), text.data() + text.size(), code);
    Reply reply;
    if (code == kOk && !text.empty()) {
      reply.kind = Reply::Kind::kAccepted;
      if (response.body.size() > kFrameBytes) reply.body = response.body.substr(kFrameBytes);
      return reply;
    }
    const bool wished =
        ReadRetryInfo(Base64Decode(header("grpc-status-details-bin")), &reply.retry_after);
    const bool again = IsRetryable(code) || (code == kResourceExhausted && wished);
    reply.kind = again ? Reply::Kind::kRetry : Reply::Kind::kRefused;
    reply.error = text.empty() ? "no gRPC but HTTP " + std::to_string(response.status)
                               : "gRPC status " + std::to_string(code) + ": " +
                                     PercentDecode(header("grpc-message"));
    return reply;
  }

  const std::string address_;
  const bool gzip_;
  CurlClient client_;
};

}  // namespace

std::unique_ptr<Transport> MakeGrpcTransport(Endpoint endpoint, std::string method) {
  return std::make_unique<GrpcTransport>(endpoint, method);
}

}  // namespace spanhound::sdk
