#include "server/server.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/jaeger/jaeger_api.h"
#include "api/jaeger/query_grpc.h"
#include "api/native/native_api.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metrics.h"
#include "ingest/elasticsearch_http.h"
#include "ingest/fluent_door.h"
#include "ingest/ingest.h"
#include "ingest/jaeger_grpc.h"
#include "ingest/jaeger_http.h"
#include "ingest/otlp_grpc.h"
#include "ingest/otlp_http.h"
#include "ingest/sampling.h"
#include "ingest/zipkin_http.h"
#include "net/grpc/grpc_server.h"
#include "net/http/http_router.h"
#include "net/http/http_server.h"
#include "net/stream/stream_server.h"
#include "net/tls_context.h"
#include "net/udp/udp_server.h"
#include "query/query.h"
#include "server/access.h"
#include "server/admin.h"
#include "server/base_path.h"
#include "server/file_watch.h"
#include "server/fluent_secrets.h"
#include "server/ui_files.h"
#include "server/ui_routes.h"
#include "wire/jaeger/agent_call.h"

namespace spanhound::server {
namespace {

// Queries run on these threads to their end, so that there must be more than cores: a long one
// may not keep the short ones waiting.
int QueryThreads() {
  return static_cast<int>(std::max(4u, 2 * std::thread::hardware_concurrency()));
}

// What comes in is decoded without waiting for anybody but a core, or for room in the store, where
// more threads would find none either; each holds a request of up to 64 MiB in several forms.
int IngestThreads() { return static_cast<int>(std::max(2u, std::thread::hardware_concurrency())); }

class RunningServer : public Server {
 public:
  explicit RunningServer(Config config) : config_(std::move(config)) {}

  // The store goes before the ingest it calls back: its last appends are answered on the way.
  ~RunningServer() override {
    http_servers_.clear();
    fluent_.reset();
    grpc_servers_.clear();
    udp_servers_.clear();
    sampling_.reset();
    query_.reset();
    store_.reset();
  }

  Status Start() {
    RETURN_IF_ERROR(OpenAccess());
    telemetry_bytes_ = std::make_shared<net::ByteBudget>(config_.limits.in_flight_bytes_max);
    config_.store.directory = config_.data_directory;
    ASSIGN_OR_RETURN(store_,
                     store::Store::Open(config_.store, PosixFileSystem(), SystemClock(), metrics_));
    ingest::IngestLimits limits;
    limits.request = config_.request_limits;
    limits.in_flight_bytes_max = config_.limits.in_flight_bytes_max;
    ingest_ = std::make_unique<ingest::Ingest>(*store_, metrics_, limits, config_.tenancy);
    config_.sampling.tenancy = config_.tenancy;
    ASSIGN_OR_RETURN(sampling_,
                     ingest::Sampling::Start(config_.sampling, *store_, SystemClock(), metrics_));
    query::EngineOptions query_options;
    query_options.metrics = &metrics_;
    query_ = std::make_unique<query::Engine>(*store_, query_options);
    AddRoutes();
    using ingest::Door;
    RETURN_IF_ERROR(StartHttp("query", config_.query_port, query_router_, api::JaegerApiErrors(),
                              access_->ForHttp(Scope::kRead)));
    RETURN_IF_ERROR(StartHttp("otlp-http", config_.otlp_http_port, otlp_router_,
                              ingest::OtlpHttpErrors(), AdmitTelemetry(Door::kOtlpHttp),
                              telemetry_bytes_));
    RETURN_IF_ERROR(StartHttp("jaeger-http", config_.jaeger_http_port, jaeger_router_, {},
                              AdmitTelemetry(Door::kJaegerHttp), telemetry_bytes_));
    RETURN_IF_ERROR(StartHttp("sampling", config_.sampling_port, sampling_router_, {},
                              access_->ForHttp(Scope::kWrite)));
    RETURN_IF_ERROR(StartHttp("zipkin-http", config_.zipkin_port, zipkin_router_, {},
                              AdmitTelemetry(Door::kZipkinHttp), telemetry_bytes_));
    RETURN_IF_ERROR(StartHttp("elasticsearch", config_.elasticsearch_port, elasticsearch_router_,
                              ingest::ElasticsearchErrors(), AdmitTelemetry(Door::kElasticsearch),
                              telemetry_bytes_));
    RETURN_IF_ERROR(StartFluent());
    RETURN_IF_ERROR(StartQueryGrpc());
    RETURN_IF_ERROR(StartIngestGrpc("otlp-grpc", config_.otlp_grpc_port, Door::kOtlpGrpc,
                                    ingest::OtlpGrpcMethods(*ingest_)));
    auto jaeger_methods = ingest::JaegerGrpcMethods(*ingest_);
    jaeger_methods.push_back(ingest::SamplingGrpcMethod(*sampling_));
    RETURN_IF_ERROR(StartIngestGrpc("jaeger-grpc", config_.jaeger_grpc_port, Door::kJaegerGrpc,
                                    std::move(jaeger_methods)));
    RETURN_IF_ERROR(StartUdp("jaeger-udp-compact", config_.jaeger_compact_port,
                             ingest::Door::kJaegerUdpCompact));
    RETURN_IF_ERROR(
        StartUdp("jaeger-udp-binary", config_.jaeger_binary_port, ingest::Door::kJaegerUdpBinary));
    RETURN_IF_ERROR(StartUdp("zipkin-udp", config_.zipkin_compact_port, ingest::Door::kZipkinUdp));
    files_->Start();
    RETURN_IF_ERROR(StartHttp("health", config_.health_port, health_router_, {},
                              access_->ForHttp(Scope::kAdmin)));
    // Last, because its answer means ready.
    RETURN_IF_ERROR(
        StartHttp("admin", config_.admin_port, admin_router_, {}, access_->ForHttp(Scope::kAdmin)));
    WarnOfOpenDoors();
    return Status::Ok();
  }

  Status Stop() override {
    Log(LogLevel::kInfo, "stopping: no new requests, flushing the store");
    StopListeners();
    http_servers_.clear();
    fluent_.reset();
    grpc_servers_.clear();
    udp_servers_.clear();
    return store_->Flush();
  }

 private:
  void AddRoutes() {
    ingest::AddOtlpHttpRoutes(otlp_router_, *ingest_);
    ingest::AddJaegerHttpRoutes(jaeger_router_, *ingest_);
    ingest::AddZipkinHttpRoutes(zipkin_router_, *ingest_);
    ingest::AddElasticsearchRoutes(elasticsearch_router_, *ingest_, SystemClock());
    api::AddJaegerApiRoutes(query_router_, *query_, config_.tenancy);
    api::AddNativeApiRoutes(query_router_, *query_, config_.tenancy);
    query_router_.SetFallback(UiHandler(UiFiles(), config_.base_path));
    ingest::AddAgentSamplingRoutes(sampling_router_, *sampling_);
    ingest::AddCollectorSamplingRoutes(jaeger_router_, *sampling_);
    AddAdminRoutes(admin_router_, SystemClock(), metrics_);
    AddStatusRoute(admin_router_, SystemClock());
    AddStatusRoute(health_router_, SystemClock());
  }

  // What listeners ask of clients and show them, from files that may be replaced meanwhile.
  Status OpenAccess() {
    const net::TlsFiles& tls = config_.tls;
    files_ = std::make_unique<FileWatch>(config_.reload_seconds * 1000);
    ASSIGN_OR_RETURN(access_, Access::Open(config_.credentials_file, config_.tenancy));
    if (access_->is_on()) {
      files_->Add("credentials", {config_.credentials_file}, [this] { return access_->Reload(); });
    }
    if (!tls.is_on() && (!tls.key.empty() || !tls.authorities.empty())) {
      return InvalidArgument("tls-key and tls-client-ca need tls-cert");
    }
    if (!tls.is_on()) return Status::Ok();
    if (tls.key.empty()) return InvalidArgument("tls-cert needs tls-key; one file may have both");
    ASSIGN_OR_RETURN(tls_, net::TlsContext::Load(tls));
    files_->Add("TLS files", {tls.certificate, tls.key, tls.authorities},
                [this] { return tls_->Reload(); });
    return Status::Ok();
  }

  // For the doors telemetry comes in by: who may not send or would be refused is told so before the
  // body is read.
  net::HttpAdmission AdmitTelemetry(ingest::Door door) {
    return [this, door, access = access_->ForHttp(Scope::kWrite)](net::HttpRequest& head) {
      if (access) RETURN_IF_ERROR(access(head));
      return head.method == "POST" ? ingest_->CheckRoom(door, head.headers) : Status::Ok();
    };
  }

  net::GrpcAdmission AdmitGrpc(ingest::Door door) {
    return [this, door, access = access_->ForGrpc(Scope::kWrite)](net::GrpcRequest& head) {
      if (access) RETURN_IF_ERROR(access(head));
      const bool is_question = head.method == ingest::kGetSamplingStrategy;
      return is_question ? Status::Ok() : ingest_->CheckRoom(door, head.metadata);
    };
  }

  // All at the same time: a client that keeps each of them waiting may not add their deadlines up.
  void StopListeners() {
    std::vector<std::jthread> stopping;
    const auto stop = [&](auto& server) {
      stopping.emplace_back([this, &server] { server.Stop(config_.stop_deadline_ms); });
    };
    for (auto& server : http_servers_) stop(*server);
    if (fluent_) stop(*fluent_);
    for (auto& server : grpc_servers_) stop(*server);
    for (auto& server : udp_servers_) server->Stop();
  }

  Status StartHttp(std::string name, const ListenPort& port, const net::HttpRouter& router,
                   net::HttpErrorRenderer render_error, net::HttpAdmission admit,
                   std::shared_ptr<net::ByteBudget> in_flight = nullptr) {
    if (!port.is_on) return Status::Ok();
    net::HttpServerOptions options;
    options.name = name;
    options.address = AddressOf(port);
    options.port = port.port;
    options.request = config_.request_limits;
    static_cast<net::HttpLimits&>(options) = config_.limits;
    options.in_flight = std::move(in_flight);
    options.allowed_hosts = config_.allowed_hosts;
    options.render_error = std::move(render_error);
    options.admit = std::move(admit);
    options.tls = tls_;
    net::HttpHandler handler = [&router](net::HttpRequest request, net::HttpResponder respond) {
      router.Handle(std::move(request), std::move(respond));
    };
    if (&router == &query_router_) handler = BelowBasePath(config_.base_path, std::move(handler));
    const int threads = &router == &query_router_ ? QueryThreads() : IngestThreads();
    ASSIGN_OR_RETURN(auto server,
                     net::HttpServer::Start(std::move(options), threads, handler, metrics_));
    LogListening(name, AddressOf(port), server->port());
    http_servers_.push_back(std::move(server));
    return Status::Ok();
  }

  Status StartFluent() {
    if (!config_.fluent_port.is_on) return Status::Ok();
    ASSIGN_OR_RETURN(fluent_secrets_,
                     ReadFluentSecrets(config_.fluent_shared_key_file, config_.fluent_users_file));
    // Its messages carry no credential; without the key the door would be the one left open.
    if (access_->is_on() && fluent_secrets_.shared_key.empty()) {
      return InvalidArgument("fluent-port needs a fluent-shared-key-file beside credentials");
    }
    net::StreamServerOptions options;
    options.name = "fluent";
    options.tls = tls_;
    options.address = AddressOf(config_.fluent_port);
    options.port = config_.fluent_port.port;
    options.buffer_bytes_max = config_.request_limits.body_bytes_max + (1u << 20);
    ASSIGN_OR_RETURN(
        fluent_,
        net::StreamServer::Start(
            std::move(options), IngestThreads(),
            ingest::FluentConnections(*ingest_, fluent_secrets_, SystemClock()), metrics_));
    LogListening("fluent", AddressOf(config_.fluent_port), fluent_->port());
    return Status::Ok();
  }

  Status StartQueryGrpc() {
    net::GrpcServerOptions options;
    options.name = "query-grpc";
    options.request.body_bytes_max = config_.limits.header_bytes_max;  // as of a question in a URL
    options.threads = QueryThreads();
    options.admit = access_->ForGrpc(Scope::kRead);
    return StartGrpc(std::move(options), config_.query_grpc_port,
                     api::JaegerQueryGrpcMethods(*query_, config_.tenancy));
  }

  Status StartIngestGrpc(std::string name, const ListenPort& port, ingest::Door door,
                         std::vector<std::pair<std::string, net::GrpcHandler>> methods) {
    net::GrpcServerOptions options;
    options.name = std::move(name);
    options.request = config_.request_limits;
    options.in_flight = telemetry_bytes_;
    options.admit = AdmitGrpc(door);
    return StartGrpc(std::move(options), port, std::move(methods));
  }

  Status StartGrpc(net::GrpcServerOptions options, const ListenPort& port,
                   std::vector<std::pair<std::string, net::GrpcHandler>> methods) {
    if (!port.is_on) return Status::Ok();
    options.address = AddressOf(port);
    options.port = port.port;
    options.queue_delay_max_ms = config_.limits.queue_delay_max_ms;
    options.refusal_hold_ms = config_.limits.refusal_hold_ms;
    options.error_details = ingest::GrpcErrorDetails;
    options.tls = config_.tls;
    options.tls_reload_seconds = config_.reload_seconds;
    ASSIGN_OR_RETURN(auto server, net::GrpcServer::Start(options, std::move(methods), metrics_));
    LogListening(options.name, options.address, server->port());
    grpc_servers_.push_back(std::move(server));
    return Status::Ok();
  }

  Status StartUdp(std::string name, const ListenPort& port, ingest::Door door) {
    if (!port.is_on) return Status::Ok();
    if (KnowsClients()) {
      Log(LogLevel::kInfo, name + " stays closed: datagrams carry no credentials");
      return Status::Ok();
    }
    net::UdpServerOptions options;
    options.name = std::move(name);
    options.address = AddressOf(port);
    options.port = port.port;
    auto handler = [this, door](std::vector<std::string> datagrams) {
      ingest_->AddDatagrams(door, wire::DecodeAgentCall, std::move(datagrams));
    };
    ASSIGN_OR_RETURN(auto server, net::UdpServer::Start(options, handler, metrics_));
    LogListening(options.name, options.address, server->port());
    udp_servers_.push_back(std::move(server));
    return Status::Ok();
  }

  std::string AddressOf(const ListenPort& port) const {
    return port.address.empty() ? config_.listen_address : port.address;
  }

  void LogListening(const std::string& name, const std::string& address, uint16_t port) {
    const std::string where = address + ":" + std::to_string(port);
    Log(LogLevel::kInfo, name + " listening on " + where);
    if (!IsLoopback(address)) open_doors_ += (open_doors_.empty() ? "" : ", ") + where;
  }

  // Do clients have to show who they are?
  bool KnowsClients() const { return access_->is_on() || !config_.tls.authorities.empty(); }

  // Once, when all doors are known.
  void WarnOfOpenDoors() const {
    if (open_doors_.empty()) return;
    if (!KnowsClients()) {
      Log(LogLevel::kWarning, "no authentication on " + open_doors_ +
                                  ": whoever reaches these ports can read and write all telemetry");
    } else if (!config_.tls.is_on()) {
      Log(LogLevel::kWarning, "no TLS on " + open_doors_ +
                                  ": whoever is on the way can read credentials and telemetry");
    }
  }

  // Members are in flow order: what comes later uses what comes before and is destroyed first.
  Config config_;
  std::unique_ptr<Access> access_;
  std::shared_ptr<net::TlsContext> tls_;  // null: plain text
  std::unique_ptr<FileWatch> files_;
  std::string open_doors_;  // listeners others than this machine can reach, for the warning
  Metrics metrics_;
  // Of all ports telemetry comes in by; the others have budgets of their own, so that who asks is
  // not kept out by who sends.
  std::shared_ptr<net::ByteBudget> telemetry_bytes_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<ingest::Sampling> sampling_;
  std::unique_ptr<query::Engine> query_;
  net::HttpRouter otlp_router_{ingest::OtlpHttpErrors()};
  net::HttpRouter jaeger_router_;
  net::HttpRouter zipkin_router_;
  net::HttpRouter elasticsearch_router_{ingest::ElasticsearchErrors()};
  net::HttpRouter query_router_{api::JaegerApiErrors()};
  net::HttpRouter sampling_router_;
  net::HttpRouter health_router_;
  net::HttpRouter admin_router_;
  ingest::FluentSecrets fluent_secrets_;
  std::unique_ptr<net::StreamServer> fluent_;
  std::vector<std::unique_ptr<net::UdpServer>> udp_servers_;
  std::vector<std::unique_ptr<net::GrpcServer>> grpc_servers_;
  std::vector<std::unique_ptr<net::HttpServer>> http_servers_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(Config config) {
  auto server = std::make_unique<RunningServer>(std::move(config));
  RETURN_IF_ERROR(server->Start());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace spanhound::server
