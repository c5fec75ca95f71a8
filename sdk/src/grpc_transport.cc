#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <sstream>

#include "sdk_version.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

constexpr std::chrono::milliseconds kStopPoll{50};  // how late a stop may be noticed
// gRPC's own reconnect pace starts at a second and grows to two minutes: too slow to notice that a
// collector is back.
constexpr int kReconnectFirstMs = 200;
constexpr int kReconnectMaxMs = 5000;

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  if (!path.empty()) text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const Endpoint& endpoint) {
  if (!endpoint.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(endpoint.ca_file);
  options.pem_cert_chain = ReadFile(endpoint.client_certificate_file);
  options.pem_private_key = ReadFile(endpoint.client_key_file);
  return grpc::SslCredentials(options);
}

bool IsRetryable(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::OUT_OF_RANGE:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS: return true;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return status.error_details().find("google.rpc.RetryInfo") != std::string::npos;
    default: return false;
  }
}

// The message as bytes: both signals and any method go the same way.
class GrpcTransport : public Transport {
 public:
  GrpcTransport(Endpoint endpoint, std::string method)
      : endpoint_(std::move(endpoint)), method_(std::move(method)), stub_(MakeChannel(endpoint_)) {}

  ~GrpcTransport() override {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  Reply Send(const std::string& body, StopSignal::Clock::time_point deadline,
             const StopSignal& stop) override {
    grpc::ClientContext context;
    for (const auto& [name, value] : endpoint_.headers) context.AddMetadata(name, value);
    const grpc::Slice slice(body);  // a copy: a cancelled call may outlive Send inside gRPC
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::Status status;
    const auto call = stub_.PrepareUnaryCall(&context, method_, request, &queue_);
    call->StartCall();
    call->Finish(&response, &status, this);
    AwaitFinish(&context, deadline, stop);
    return ToReply(status, response);
  }

  const std::string& destination() const override { return endpoint_.url; }

 private:
  static std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint) {
    grpc::ChannelArguments arguments;
    arguments.SetUserAgentPrefix(kUserAgent);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
    return grpc::CreateCustomChannel(endpoint.url, Credentials(endpoint), arguments);
  }

  void AwaitFinish(grpc::ClientContext* context, StopSignal::Clock::time_point deadline,
                   const StopSignal& stop) {
    void* tag = nullptr;
    bool ok = false;
    for (bool cancelled = false;;) {
      const auto next = std::chrono::system_clock::now() + kStopPoll;
      if (queue_.AsyncNext(&tag, &ok, next) != grpc::CompletionQueue::TIMEOUT) return;
      if (!cancelled && StopSignal::Clock::now() >= stop.Limit(deadline)) {
        context->TryCancel();  // completes the call at once, with CANCELLED
        cancelled = true;
      }
    }
  }

  static Reply ToReply(const grpc::Status& status, const grpc::ByteBuffer& response) {
    Reply reply;
    if (!status.ok()) {
      const bool late = status.error_code() == grpc::StatusCode::CANCELLED;
      reply.kind = IsRetryable(status) ? Reply::Kind::kRetry : Reply::Kind::kRefused;
      reply.error = late ? "no answer in time"
                         : "gRPC status " + std::to_string(status.error_code()) + ": " +
                               status.error_message();
      return reply;
    }
    reply.kind = Reply::Kind::kAccepted;
    grpc::Slice slice;
    if (response.Length() <= kReplyBytesMax && response.DumpToSingleSlice(&slice).ok()) {
      reply.body.assign(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return reply;
  }

  Endpoint endpoint_;
  std::string method_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
};

}  // namespace

std::unique_ptr<Transport> MakeGrpcTransport(Endpoint endpoint, std::string method) {
  return std::make_unique<GrpcTransport>(std::move(endpoint), std::move(method));
}

}  // namespace spanhound::sdk
