#include "spanhound/grpc_client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <opentelemetry/trace/context.h>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "attribute_text.h"
#include "current_context.h"
#include "duration_metric.h"
#include "grpc/call_facts.h"
#include "grpc/rpc_names.h"
#include "semantic_names.h"
#include "span_start.h"
#include "spanhound/attribute.h"
#include "spanhound/propagation.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;
using grpc::experimental::InterceptionHookPoints;

constexpr std::string_view kScopeName = "spanhound.grpc_client";

DurationMetric& Duration() {
  static auto& metric =
      *new DurationMetric(kScopeName, names::kRpcClientDuration, "Duration of outgoing calls.");
  return metric;
}

// What all calls of a channel share.
struct Channel {
  explicit Channel(GrpcClientOptions chosen)
      : options(std::move(chosen)), server(ParseTarget(options.target, &storage)) {}

  const GrpcClientOptions options;
  std::string storage = {};  // maybe of the next
  const Peer server;
};

class ClientCall : public grpc::experimental::Interceptor {
 public:
  // Runs where the call is made, so what is current here is the parent.
  ClientCall(const Channel& channel, const char* method)
      : channel_(channel),
        method_(ParseMethod(method)),
        parent_(ContextOfThisThread()),
        traced_(!channel_.options.filter || channel_.options.filter(method)) {}

  ~ClientCall() override {
    if (span_ == nullptr) return;
    // A stream nobody called Finish on: gRPC cancels it.
    End(grpc::Status(grpc::StatusCode::CANCELLED, "abandoned before its status"));
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      Begin(*methods->GetSendInitialMetadata());
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS)) {
      End(*methods->GetRecvStatus());
    }
    methods->Proceed();
  }

 private:
  using Metadata = std::multimap<std::string, std::string>;

  void Begin(Metadata& metadata);
  void End(const grpc::Status& status);
  void Measure(std::string_view code, bool failed) const;

  const Channel& channel_;  // gRPC keeps its channel, and so the factory, longer than its calls
  const MethodName method_;
  const Context parent_;
  const bool traced_;
  std::chrono::steady_clock::time_point start_ = {};
  Context context_;
  OtelSpan span_;
};

void ClientCall::Begin(Metadata& metadata) {
  context_ = parent_;
  if (traced_) {
    start_ = std::chrono::steady_clock::now();
    CallAttributes attributes;
    AddRpcMethod(&attributes, method_.full, ChosenNames());
    const Peer& server = channel_.server;
    if (!server.address.empty()) attributes.emplace_back(names::kServerAddress, server.address);
    if (server.port != 0) attributes.emplace_back(names::kServerPort, server.port);
    span_ = StartRequestSpan(kScopeName, method_.full, trace::SpanKind::kClient, AllOf(attributes),
                             parent_, start_);
    context_ = WithSpan(context_, span_);
  }
  GrpcMetadataWriter<Metadata> carrier(metadata);
  Inject(carrier, context_);
}

void ClientCall::End(const grpc::Status& status) {
  const OtelSpan span = std::exchange(span_, OtelSpan());
  if (span == nullptr) return;
  const std::string_view code = StatusCodeName(status.error_code());
  SetRpcStatusCode(*span, status.error_code(), ChosenNames());
  std::string message;
  if (!status.ok()) {
    message = AttributeText(status.error_message());
    span->SetAttribute(ToOtel(names::kErrorType), ToOtel(code));
    span->SetStatus(trace::StatusCode::kError, ToOtel(message));
  }
  if (channel_.options.on_call) {
    const GrpcCall call{method_.full, std::chrono::steady_clock::now() - start_,
                        status.error_code(), message};
    RunInContext(context_, [&] { channel_.options.on_call(call); });
  }
  Measure(code, !status.ok());
  span->End();
}

void ClientCall::Measure(std::string_view code, bool failed) const {
  const auto histogram = Duration().Listener();
  if (histogram == nullptr) return;
  CallAttributes attributes;
  attributes.emplace_back(names::kRpcSystem, "grpc");
  attributes.emplace_back(names::kRpcMethod, method_.full);
  attributes.emplace_back(names::kRpcStatusCode, code);
  if (failed) attributes.emplace_back(names::kErrorType, code);
  const Peer& server = channel_.server;
  if (!server.address.empty()) attributes.emplace_back(names::kServerAddress, server.address);
  if (server.port != 0) attributes.emplace_back(names::kServerPort, server.port);
  histogram->Record(SecondsSince(start_), AllOf(attributes), context_);
}

class Factory : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit Factory(GrpcClientOptions options) : channel_(std::move(options)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    return new ClientCall(channel_, info->method());
  }

 private:
  const Channel channel_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> MakeGrpcClientTracing(
    GrpcClientOptions options) {
  return std::make_unique<Factory>(std::move(options));
}

std::shared_ptr<grpc::Channel> CreateTracedChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    GrpcClientOptions options, const grpc::ChannelArguments& arguments) {
  options.target = target;
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> factories;
  factories.push_back(MakeGrpcClientTracing(std::move(options)));
  return grpc::experimental::CreateCustomChannelWithInterceptors(target, credentials, arguments,
                                                                 std::move(factories));
}

}  // namespace spanhound::sdk
