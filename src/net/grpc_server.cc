#include "net/grpc_server.h"

#include <absl/synchronization/mutex.h>
#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "net/grpc_call.h"
#include "net/grpc_health.h"

namespace spanhound::net {
namespace {

constexpr int kMetadataBytesMax = 64 << 10;
// Of a connection. What is not read yet is held for each, up to its window: gRPC would widen that
// to megabytes for fast senders. The window is also what a refused call has sent for nothing: four
// times as much would cost half as much again to refuse.
constexpr int kConcurrentStreamsMax = 128;
constexpr int kStreamWindowBytes = 16 << 10;
// For the last answers to leave, when a server has stopped.
constexpr uint32_t kAnswersWaitMs = 500;
// Clients may ping this often to keep a connection open; gRPC's default of five minutes drops
// exporters whose keep-alive is set by hand.
constexpr int kPingIntervalMinMs = 10'000;
// What gRPC may hold for all its calls together, in whole messages of the largest size.
constexpr size_t kQuotaMessages = 4;
constexpr size_t kQuotaBytesMin = 256u << 20;

class Service final : public grpc::CallbackGenericService {
 public:
  Service(std::vector<std::pair<std::string, GrpcHandler>> methods, GrpcServerOptions options,
          Metrics& metrics)
      : shared_(std::move(options), metrics) {
    for (auto& [method, handler] : methods) {
      services_.push_back(method.substr(1, method.rfind('/') - 1));
      methods_.emplace(method, std::move(handler));
    }
    methods_.emplace(kHealthCheck, HealthCheck(services_));
  }

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (context->method() == kHealthWatch) return health_watchers_.NewWatch(services_);
    auto it = methods_.find(context->method());
    const GrpcHandler* handler = it == methods_.end() ? nullptr : &it->second;
    const auto kind =
        context->method() == kHealthCheck ? GrpcCallKind::kProbe : GrpcCallKind::kOrdinary;
    return new GrpcCall(context, handler, kind, shared_);  // deletes itself
  }

  GrpcShared& shared() { return shared_; }
  HealthWatchers& health_watchers() { return health_watchers_; }

 private:
  std::vector<std::string> services_;
  std::unordered_map<std::string, GrpcHandler> methods_;
  HealthWatchers health_watchers_;
  GrpcShared shared_;
};

std::shared_ptr<grpc::ServerCredentials> Credentials(const GrpcServerOptions& options) {
  const TlsFiles& files = options.tls;
  if (!files.is_on()) return grpc::InsecureServerCredentials();
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions credentials(
      std::make_shared<tls::FileWatcherCertificateProvider>(
          files.key, files.certificate, files.authorities, options.tls_reload_seconds));
  credentials.watch_identity_key_cert_pairs();
  if (!files.authorities.empty()) {
    credentials.watch_root_certs();
    credentials.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(credentials);  // TLS 1.2 or newer
}

class GenericGrpcServer : public GrpcServer {
 public:
  GenericGrpcServer(std::vector<std::pair<std::string, GrpcHandler>> methods,
                    const GrpcServerOptions& options, Metrics& metrics)
      : service_(std::move(methods), options, metrics) {}

  ~GenericGrpcServer() override { Stop(0); }

  Status Listen(const GrpcServerOptions& options) {
    bool is_ipv6 = options.address.find(':') != std::string::npos;
    std::string target = (is_ipv6 ? "[" + options.address + "]" : options.address) + ":" +
                         std::to_string(options.port);
    grpc::ServerBuilder builder;
    grpc::ResourceQuota quota(options.name);
    quota.Resize(std::max(kQuotaBytesMin, kQuotaMessages * options.request.body_bytes_max));
    builder.SetResourceQuota(quota);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.request.body_bytes_max));
    // grpc++ would make all of a bomb before it looks at the limit; grpc_message.h does not.
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
    // Otherwise a second server could share the port and take half of the connections.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kConcurrentStreamsMax);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kPingIntervalMinMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.RegisterCallbackGenericService(&service_);
    int port = 0;
    builder.AddListeningPort(target, Credentials(options), &port);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) return Unavailable(options.name + ": listen on " + target);
    port_ = static_cast<uint16_t>(port);
    return Status::Ok();
  }

  uint16_t port() const override { return port_; }

  void Stop(uint32_t deadline_ms) override {
    if (server_ == nullptr) return;
    // Shutdown waits for every open call, whatever its deadline; so at ours we answer them.
    auto deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms);
    service_.health_watchers().Stop();
    std::thread shutdown([this, deadline] { server_->Shutdown(deadline); });
    GrpcShared& shared = service_.shared();
    shared.held.Stop();
    if (!shared.open_calls.WaitUntilNone(deadline_ms)) {
      shared.open_calls.AnswerAll(shared.Refusal(Unavailable("the server is stopping")));
      shared.open_calls.WaitUntilNone(kAnswersWaitMs);
    }
    // Shutdown also waits for connections, and not every client looks at one that is idle.
    grpc_server_cancel_all_calls(server_->c_server());
    shutdown.join();
    shared.queue.Stop();
    server_.reset();
  }

 private:
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  uint16_t port_ = 0;
};

}  // namespace

std::string_view GrpcRequest::metadata_value(std::string_view name) const {
  auto it = std::find_if(metadata.begin(), metadata.end(),
                         [name](const auto& field) { return field.first == name; });
  return it == metadata.end() ? std::string_view() : std::string_view(it->second);
}

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    GrpcServerOptions options, std::vector<std::pair<std::string, GrpcHandler>> methods,
    Metrics& metrics) {
  // gRPC's locks look for deadlocks in builds of absl that keep assertions, as Debian's.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  auto server = std::make_unique<GenericGrpcServer>(std::move(methods), options, metrics);
  RETURN_IF_ERROR(server->Listen(options));
  return std::unique_ptr<GrpcServer>(std::move(server));
}

}  // namespace spanhound::net
