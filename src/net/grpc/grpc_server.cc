#include "net/grpc/grpc_server.h"

#include <absl/synchronization/mutex.h>
#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "net/grpc/grpc_call.h"
#include "net/grpc/grpc_health.h"
#include "net/tcp_listener.h"

namespace spanhound::net {
namespace {

constexpr int kMetadataBytesMax = 64 << 10;
// Of a connection. What is not read yet is held for each, up to its window: gRPC would widen that
// to megabytes for fast senders. The window is also what a refused call has sent for nothing: four
// times as much would cost half as much again to refuse.
constexpr int kConcurrentStreamsMax = 128;
constexpr int kStreamWindowBytes = 16 << 10;
// For the last answers to leave, and then for connections to be closed, when a server has stopped.
constexpr uint32_t kAnswersWaitMs = 500;
// Clients may ping this often to keep a connection open; gRPC's default of five minutes drops
// exporters whose keep-alive is set by hand.
constexpr int kPingIntervalMinMs = 10'000;
// What gRPC may hold for all its calls together, in whole messages of the largest size.
constexpr size_t kQuotaMessages = 4;
constexpr size_t kQuotaBytesMin = 256u << 20;

// Loops: one can read and write for about four cores' worth of handlers.
constexpr unsigned kCoresOfALoop = 4;
constexpr unsigned kLoopsMax = 8;
// Calls a loop asks for ahead. One that finds none waiting goes to another loop, which then has to
// wake this one to read and write for it.
constexpr int kAcceptorsOfALoop = 16;
// Of a loop. Each has its call open, with at most a stream window of its message.
constexpr size_t kHeldRefusalsMax = 4096;

unsigned LoopCount() {
  return std::clamp(std::thread::hardware_concurrency() / kCoresOfALoop, 1u, kLoopsMax);
}

// What the calls ask for, by method.
class Methods {
 public:
  Methods(std::vector<std::pair<std::string, GrpcHandler>> methods, GrpcServerOptions options,
          Metrics& metrics)
      : shared_(std::move(options), metrics) {
    for (auto& [method, handler] : methods) {
      services_.push_back(method.substr(1, method.rfind('/') - 1));
      methods_.emplace(method, std::move(handler));
    }
    methods_.emplace(kHealthCheck, HealthCheck(services_));
  }

  // On the thread of the stream's loop, whose watchers those are.
  void Begin(std::unique_ptr<GrpcStream> stream, HealthWatchers& watchers) {
    const std::string& method = stream->context().method();
    if (method == kHealthWatch) return watchers.Begin(std::move(stream));
    const auto it = methods_.find(method);
    const GrpcHandler* handler = it == methods_.end() ? nullptr : &it->second;
    const auto kind = method == kHealthCheck ? GrpcCallKind::kProbe : GrpcCallKind::kOrdinary;
    (new GrpcCall(std::move(stream), handler, kind, shared_))->Begin();  // deletes itself
  }

  const std::vector<std::string>& services() const { return services_; }
  GrpcShared& shared() { return shared_; }

 private:
  std::vector<std::string> services_;
  std::unordered_map<std::string, GrpcHandler> methods_;
  GrpcShared shared_;
};

// A loop and what takes calls there.
class Worker {
 public:
  Worker(std::unique_ptr<grpc::ServerCompletionQueue> queue, Methods& methods)
      : methods_(methods),
        watchers_(methods.services(), methods.shared().open_calls),
        loop_(std::move(queue), kHeldRefusalsMax) {}

  void Start(grpc::AsyncGenericService& service) {
    for (int i = 0; i < kAcceptorsOfALoop; ++i) {
      acceptors_.push_back(std::make_unique<GrpcAcceptor>(
          service, loop_, [this](std::unique_ptr<GrpcStream> stream) {
            methods_.Begin(std::move(stream), watchers_);
          }));
      acceptors_.back()->Ask();
    }
    loop_.Start();
  }
  // The streams that stay open are ended, and what is held is told.
  void EndWaiting() {
    loop_.Run([this] {
      watchers_.Stop();
      loop_.held().GiveAll();
    });
  }
  // Once gRPC takes no calls any more. What is open is answered; the loop ends with the last call.
  void Close() {
    loop_.Run([this] {
      loop_.Close();
      GrpcShared& shared = methods_.shared();
      shared.open_calls.AnswerAll(shared.StoppingRefusal());
    });
  }

 private:
  Methods& methods_;
  HealthWatchers watchers_;
  std::vector<std::unique_ptr<GrpcAcceptor>> acceptors_;
  GrpcLoop loop_;  // last: its thread uses the rest
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

// grpc++ tells the reason only to its own log.
Status WhyNotListening(const GrpcServerOptions& options) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor acceptor(io);
  RETURN_IF_ERROR(ListenOn(acceptor, options.name, options.address, options.port));
  return Unavailable(options.name + ": gRPC could not listen on " + options.address + " port " +
                     std::to_string(options.port));
}

class GenericGrpcServer : public GrpcServer {
 public:
  GenericGrpcServer(std::vector<std::pair<std::string, GrpcHandler>> methods,
                    const GrpcServerOptions& options, Metrics& metrics)
      : methods_(std::move(methods), options, metrics) {}

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
    builder.RegisterAsyncGenericService(&service_);
    for (unsigned i = 0; i < LoopCount(); ++i) {
      workers_.push_back(std::make_unique<Worker>(builder.AddCompletionQueue(), methods_));
    }
    int port = 0;
    builder.AddListeningPort(target, Credentials(options), &port);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) return WhyNotListening(options);
    port_ = static_cast<uint16_t>(port);
    for (const auto& worker : workers_) worker->Start(service_);
    return Status::Ok();
  }

  uint16_t port() const override { return port_; }

  void Stop(uint32_t deadline_ms) override {
    if (server_ == nullptr) return;
    // Shutdown waits for every open call, whatever its deadline; so at ours we answer them.
    auto deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms);
    for (const auto& worker : workers_) worker->EndWaiting();
    auto shutdown =
        std::async(std::launch::async, [this, deadline] { server_->Shutdown(deadline); });
    GrpcShared& shared = methods_.shared();
    if (!shared.open_calls.WaitUntilNone(deadline_ms)) {
      shared.open_calls.AnswerAll(shared.StoppingRefusal());
      shared.open_calls.WaitUntilNone(kAnswersWaitMs);
    }
    // Shutdown also waits for connections, and not every client looks at one that is idle. Those
    // that do have told us by then: closed before, they would lose what they have not read yet.
    if (shutdown.wait_for(std::chrono::milliseconds(kAnswersWaitMs)) != std::future_status::ready) {
      grpc_server_cancel_all_calls(server_->c_server());
    }
    shutdown.wait();
    for (const auto& worker : workers_) worker->Close();
    workers_.clear();
    shared.queue.Stop();
    server_.reset();
  }

 private:
  grpc::AsyncGenericService service_;
  Methods methods_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::unique_ptr<Worker>> workers_;
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
