#include "net/grpc/grpc_client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <future>

#include "base/named_file.h"
#include "net/grpc/grpc_bytes.h"

namespace spanhound::net {
namespace {

constexpr int kReplyBytesMax = 256 << 20;
constexpr size_t kAuthoritiesBytesMax = 4 << 20;

class GenericGrpcClient : public GrpcClient {
 public:
  GenericGrpcClient(std::shared_ptr<grpc::Channel> channel,
                    std::vector<std::pair<std::string, std::string>> metadata)
      : stub_(std::move(channel)), metadata_(std::move(metadata)) {}

  Result<std::string> Call(const std::string& method, std::string_view body,
                           uint32_t timeout_ms) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
    for (const auto& [name, value] : metadata_) context.AddMetadata(name, value);
    grpc::ByteBuffer request = ToByteBuffer(body);
    grpc::ByteBuffer reply;
    // Shared, because set_value may still be at work when get returns.
    auto done = std::make_shared<std::promise<grpc::Status>>();
    stub_.UnaryCall(&context, method, grpc::StubOptions(), &request, &reply,
                    [done](grpc::Status status) { done->set_value(std::move(status)); });
    grpc::Status status = done->get_future().get();
    if (!status.ok()) return FromGrpcStatus(status);
    return GatherSlices(reply);
  }

 private:
  grpc::GenericStub stub_;
  const std::vector<std::pair<std::string, std::string>> metadata_;
};

std::unique_ptr<GrpcClient> Connect(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  grpc::ChannelArguments arguments;
  // Channels to the same target would otherwise share a connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kReplyBytesMax);
  return std::make_unique<GenericGrpcClient>(
      grpc::CreateCustomChannel(target, credentials, arguments), metadata);
}

}  // namespace

std::unique_ptr<GrpcClient> GrpcClient::Create(
    const std::string& target, const std::vector<std::pair<std::string, std::string>>& metadata) {
  return Connect(target, grpc::InsecureChannelCredentials(), metadata);
}

Result<std::unique_ptr<GrpcClient>> GrpcClient::CreateTls(
    const std::string& target, const std::string& authorities,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  grpc::SslCredentialsOptions options;
  if (!authorities.empty()) {
    ASSIGN_OR_RETURN(NamedFile file, ReadNamedFile(authorities, kAuthoritiesBytesMax));
    options.pem_root_certs = std::move(file.bytes);
  }
  return Connect(target, grpc::SslCredentials(options), metadata);
}

}  // namespace spanhound::net
