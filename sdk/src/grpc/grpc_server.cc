#include "spanhound/grpc_server.h"

#include <grpcpp/generic/async_generic_service.h>
#include <opentelemetry/trace/context.h>

#include <chrono>
#include <cstdint>
#include <typeinfo>
#include <utility>
#include <vector>

#include "attribute_text.h"
#include "current_context.h"
#include "duration_metric.h"
#include "grpc/call_facts.h"
#include "grpc/call_registry.h"
#include "grpc/rpc_names.h"
#include "semantic_names.h"
#include "span_start.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;
using grpc::experimental::InterceptionHookPoints;
using Token = opentelemetry::nostd::unique_ptr<opentelemetry::context::Token>;

constexpr std::string_view kScopeName = "spanhound.grpc_server";

// Asked whether its caller is gone, a synchronous call polls the server's sockets, at the price of
// a whole call. Who leaves within a time that short has hardly given up on the answer.
constexpr std::chrono::milliseconds kQuickCall{1};

DurationMetric& Duration() {
  static auto& metric =
      *new DurationMetric(kScopeName, names::kRpcServerDuration, "Duration of incoming calls.");
  return metric;
}

// Who answers: a method that is called, one that is told later, or one for every method nobody else
// serves. Then the method's name is the caller's invention, unless it is served.
enum class Handler : std::uint8_t { kSync, kCallback, kGeneric };

Handler HandlerOf(const grpc::ServerContextBase& context) {
  // Nearly always; a cast that fails asks every class in between.
  if (typeid(context) == typeid(grpc::ServerContext)) return Handler::kSync;
  if (dynamic_cast<const grpc::GenericCallbackServerContext*>(&context) != nullptr) {
    return Handler::kGeneric;
  }
  const bool callback = dynamic_cast<const grpc::CallbackServerContext*>(&context) != nullptr;
  return callback ? Handler::kCallback : Handler::kSync;
}

class ServerCall : public grpc::experimental::Interceptor {
 public:
  ServerCall(const GrpcServerOptions& options, grpc::experimental::ServerRpcInfo* info)
      : ServerCall(options, info->server_context(), info) {}
  ServerCall(const GrpcServerOptions& options, grpc::ServerContextBase* context,
             grpc::experimental::ServerRpcInfo* info)
      : options_(options),
        call_(context),
        method_(ParseMethod(info->method())),
        is_unary_(info->type() == grpc::experimental::ServerRpcInfo::Type::UNARY),
        handler_(HandlerOf(*context)),
        may_scope_(options_.api == GrpcServerApi::kSyncOrCallback && handler_ == Handler::kSync) {}

  ~ServerCall() override {
    CallRegistry::Instance().Remove(entry_);
    if (span_ == nullptr || ended_) return;  // else: gone without a status, as TryCancel does
    SetStatus(grpc::Status(grpc::StatusCode::CANCELLED, ""));
    span_->End();
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Begin(*methods->GetRecvInitialMetadata());
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      End(methods->GetSendStatus());
    }
    methods->Proceed();
  }

 private:
  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

  void Begin(const Metadata& metadata);
  void End(const grpc::Status& sent);
  void EndWith(const grpc::Status& status);
  void SetStatus(const grpc::Status& status);
  void Measure(grpc::StatusCode code) const;
  OtelSpan StartSpan(const Context& parent) const;
  bool IsGone() const;
  grpc::Status WhatTheGoneGot() const;

  // The server's: gRPC has it while a call begins and ends, but maybe not when this is destroyed.
  const GrpcServerOptions& options_;
  grpc::ServerContextBase* const call_;
  const MethodName method_;
  const bool is_unary_;
  const Handler handler_;
  const bool may_scope_;  // the handler runs on this thread, between Begin and End
  std::chrono::steady_clock::time_point start_ = {}, end_ = {};
  CallRegistry::Entry entry_;
  OtelSpan span_;
  Token scope_;
  bool unknown_ = false;  // nobody serves the method
  bool ended_ = false;
};

void ServerCall::Begin(const Metadata& metadata) {
  start_ = std::chrono::steady_clock::now();
  const Context parent = Extract(GrpcMetadataReader<Metadata>(metadata));
  span_ = StartSpan(parent);
  entry_.call = call_;
  entry_.context = WithSpan(parent, span_);
  CallRegistry::Instance().Add(entry_);
  if (may_scope_) scope_ = AttachToThisThread(entry_.context);
}

OtelSpan ServerCall::StartSpan(const Context& parent) const {
  const std::string peer_text = call_->peer();
  std::string peer_storage, server_storage;
  const Peer peer = ParsePeer(peer_text, &peer_storage);
  const grpc::string_ref authority = call_->ExperimentalGetAuthority();
  const Peer server =
      options_.server_address.empty()
          ? ParseTarget({authority.data(), authority.size()}, &server_storage)
          : Peer{options_.server_address, static_cast<std::uint16_t>(options_.server_port)};
  CallAttributes attributes;
  AddRpcMethod(&attributes, method_.known ? std::string_view(method_.full) : names::kOther,
               ChosenNames());
  if (!server.address.empty()) attributes.emplace_back(names::kServerAddress, server.address);
  if (server.port != 0) attributes.emplace_back(names::kServerPort, server.port);
  if (!peer.address.empty()) {
    attributes.emplace_back(names::kClientAddress, peer.address);
    attributes.emplace_back(names::kNetworkPeerAddress, peer.address);
  }
  if (peer.port != 0) attributes.emplace_back(names::kNetworkPeerPort, peer.port);
  return StartRequestSpan(kScopeName, method_.known ? std::string_view(method_.full) : "grpc",
                          trace::SpanKind::kServer, AllOf(attributes), parent, start_);
}

// Asking an AsyncService call whether it was cancelled is only allowed after its notification.
bool ServerCall::IsGone() const {
  if (may_scope_ && is_unary_ && end_ - start_ < kQuickCall) return false;
  if (options_.api == GrpcServerApi::kSyncOrCallback) return call_->IsCancelled();
  return call_->deadline() <= std::chrono::system_clock::now();
}

grpc::Status ServerCall::WhatTheGoneGot() const {
  return call_->deadline() <= std::chrono::system_clock::now()
             ? grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "answered after the deadline")
             : grpc::Status(grpc::StatusCode::CANCELLED, "");
}

void ServerCall::SetStatus(const grpc::Status& status) {
  SetRpcStatusCode(*span_, status.error_code(), ChosenNames());
  if (!IsServerError(status.error_code())) return;
  span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(StatusCodeName(status.error_code())));
  span_->SetStatus(trace::StatusCode::kError, ToOtel(AttributeText(status.error_message())));
}

void ServerCall::End(const grpc::Status& sent) {
  if (span_ == nullptr || std::exchange(ended_, true)) return;
  end_ = std::chrono::steady_clock::now();
  if (sent.ok() && IsGone()) {
    EndWith(WhatTheGoneGot());
  } else {
    EndWith(sent);
  }
}

void ServerCall::EndWith(const grpc::Status& status) {
  unknown_ =
      handler_ == Handler::kGeneric && status.error_code() == grpc::StatusCode::UNIMPLEMENTED;
  if (unknown_) {
    span_->UpdateName("grpc");
    span_->SetAttribute(ToOtel(names::kRpcMethod), ToOtel(names::kOther));
    span_->SetAttribute(ToOtel(names::kRpcMethodOriginal), ToOtel(method_.full));
  }
  SetStatus(status);
  if (options_.on_call) {
    const std::string message = status.error_message();
    const GrpcCall call{method_.full, std::chrono::steady_clock::now() - start_,
                        status.error_code(), message};
    RunInContext(entry_.context, [&] { options_.on_call(call); });
  }
  scope_.reset();
  Measure(status.error_code());
  span_->End();
}

void ServerCall::Measure(grpc::StatusCode code) const {
  const auto histogram = Duration().Listener();
  if (histogram == nullptr) return;
  const bool known = method_.known && !unknown_;
  CallAttributes attributes;
  attributes.emplace_back(names::kRpcSystem, "grpc");
  attributes.emplace_back(names::kRpcMethod,
                          known ? std::string_view(method_.full) : names::kOther);
  attributes.emplace_back(names::kRpcStatusCode, StatusCodeName(code));
  if (IsServerError(code)) attributes.emplace_back(names::kErrorType, StatusCodeName(code));
  histogram->Record(SecondsSince(start_), AllOf(attributes), entry_.context);
}

class Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(GrpcServerOptions options) : options_(Clean(std::move(options))) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    if (options_.filter && !options_.filter(info->method())) return nullptr;
    return new ServerCall(options_, info);
  }

 private:
  static GrpcServerOptions Clean(GrpcServerOptions options) {
    options.server_address = AttributeText(options.server_address);
    return options;
  }

  const GrpcServerOptions options_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeGrpcServerTracing(
    GrpcServerOptions options) {
  return std::make_unique<Factory>(std::move(options));
}

void AddGrpcServerTracing(grpc::ServerBuilder& builder, GrpcServerOptions options) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(MakeGrpcServerTracing(std::move(options)));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

Context ContextOf(const grpc::ServerContextBase& call) {
  return CallRegistry::Instance().Find(&call);
}

OtelSpan SpanOf(const grpc::ServerContextBase& call) { return trace::GetSpan(ContextOf(call)); }

}  // namespace spanhound::sdk
