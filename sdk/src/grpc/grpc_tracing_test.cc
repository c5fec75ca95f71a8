// Client and server interceptors together, over real connections.

#include <gtest/gtest.h>
#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/trace/tracer.h>

#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "grpc/echo_service.h"
#include "metric_recorder.h"
#include "span_recorder.h"
#include "spanhound/grpc_client.h"
#include "spanhound/grpc_server.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;
using std::chrono::milliseconds;

std::string CurrentTraceId() {
  return Hex(trace::GetSpan(opentelemetry::context::RuntimeContext::GetCurrent())
                 ->GetContext()
                 .trace_id());
}

bool NothingIsCurrent() {
  return opentelemetry::context::RuntimeContext::GetCurrent() == Context();
}

std::string Username(const Context& context) {
  std::string value;
  opentelemetry::baggage::GetBaggage(context)->GetValue("username", value);
  return value;
}

// Long enough for a call to reach its handler on a busy machine, and then waited for.
constexpr milliseconds kReachesHandler(2000);

class GrpcTracingTest : public testing::Test {
 protected:
  void Start(grpc::Service* service, GrpcServerOptions options = {}) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service);
    AddGrpcServerTracing(builder, std::move(options));
    server_ = builder.BuildAndStart();
    channel_ = CreateTracedChannel(Address(), grpc::InsecureChannelCredentials());
  }

  void StartSync(SyncEcho::Handler handler, GrpcServerOptions options = {}) {
    service_ = std::make_unique<SyncEcho>(std::move(handler));
    Start(service_.get(), std::move(options));
  }

  void StartCallback(CallbackEcho::Handler handler) {
    service_ = std::make_unique<CallbackEcho>(std::move(handler));
    Start(service_.get());
  }

  grpc::Status Say(milliseconds timeout = std::chrono::seconds(10),
                   const char* method = kEchoMethod) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout);
    return Call(*channel_, context, method, Text(), &reply_);
  }

  struct Pair {
    std::unique_ptr<SpanData> client, server;
  };
  // The two spans of one call, whatever ended first.
  Pair TakePair() {
    auto spans = recorder_.Take(2);
    EXPECT_EQ(spans.size(), 2u);
    Pair pair;
    for (auto& span : spans) {
      (span->GetSpanKind() == trace::SpanKind::kClient ? pair.client : pair.server) =
          std::move(span);
    }
    EXPECT_TRUE(pair.client && pair.server);
    return pair;
  }

  std::string Address() const { return "127.0.0.1:" + std::to_string(port_); }

  void TearDown() override {
    if (server_) server_->Shutdown(std::chrono::system_clock::now() + milliseconds(500));
    EXPECT_TRUE(NothingIsCurrent());
  }

  SpanRecorder recorder_;
  int port_ = 0;
  Text reply_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(GrpcTracingTest, DurationsAreMeasured) {
  MetricRecorder metrics;
  StartSync([&](grpc::ServerContext*, const Text&, Text*) {
    return grpc::Status(grpc::StatusCode::NOT_FOUND, "");
  });
  Say();
  TakePair();
  using Counts = std::map<std::string, std::uint64_t>;
  EXPECT_EQ(metrics.Counts("rpc.server.call.duration"),
            (Counts{{"rpc.method=test.Echo/Say,rpc.response.status_code=NOT_FOUND,"
                     "rpc.system.name=grpc",
                     1}}));
  EXPECT_EQ(metrics.Counts("rpc.client.call.duration"),
            (Counts{{"error.type=NOT_FOUND,rpc.method=test.Echo/Say,"
                     "rpc.response.status_code=NOT_FOUND,rpc.system.name=grpc,"
                     "server.address=127.0.0.1,server.port=" +
                         std::to_string(port_),
                     1}}));
}

TEST_F(GrpcTracingTest, ParentOrderAttributesAndBaggage) {
  std::string seen_trace, seen_username;
  StartSync([&](grpc::ServerContext*, const Text&, Text*) {
    seen_trace = CurrentTraceId();
    seen_username = Username(opentelemetry::context::RuntimeContext::GetCurrent());
    return grpc::Status::OK;
  });
  auto parent = trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("parent");
  Context context;
  context = trace::SetSpan(context, parent);
  context = opentelemetry::baggage::SetBaggage(
      context, opentelemetry::baggage::Baggage::GetDefault()->Set("username", "donuts"));
  RunInContext(context, [&] { EXPECT_TRUE(Say().ok()); });

  const auto [client, server] = TakePair();
  EXPECT_EQ(client->GetParentSpanId(), parent->GetContext().span_id());
  EXPECT_EQ(server->GetParentSpanId(), client->GetSpanId());
  EXPECT_EQ(server->GetTraceId(), parent->GetContext().trace_id());
  EXPECT_EQ(seen_trace, Hex(server->GetTraceId()));
  EXPECT_EQ(seen_username, "donuts");
  EXPECT_EQ(client->GetStatus(), trace::StatusCode::kUnset);
  EXPECT_EQ(server->GetStatus(), trace::StatusCode::kUnset);
  for (const auto* span : {client.get(), server.get()}) {
    EXPECT_EQ(NameOf(*span), "test.Echo/Say");
    EXPECT_EQ(TextOf(*span, "rpc.system.name"), "grpc");
    EXPECT_EQ(TextOf(*span, "rpc.method"), "test.Echo/Say");
    EXPECT_EQ(TextOf(*span, "rpc.response.status_code"), "OK");
    EXPECT_EQ(TextOf(*span, "server.address"), "127.0.0.1");
    EXPECT_EQ(IntOf(*span, "server.port"), port_);
  }
  EXPECT_EQ(TextOf(*server, "client.address"), "127.0.0.1");
  EXPECT_GT(IntOf(*server, "network.peer.port"), 0);
}

TEST_F(GrpcTracingTest, CallerWithoutContextGetsARoot) {
  StartSync([](grpc::ServerContext*, const Text&, Text*) { return grpc::Status::OK; });
  auto plain = grpc::CreateChannel(Address(), grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-broken");
  EXPECT_TRUE(Call(*plain, context, kEchoMethod, Text(), &reply_).ok());
  const auto spans = recorder_.Take(1);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_FALSE(spans[0]->GetParentSpanId().IsValid());
}

TEST_F(GrpcTracingTest, StatusRulesDifferBetweenTheSides) {
  grpc::StatusCode code = grpc::StatusCode::OK;
  StartSync(
      [&](grpc::ServerContext*, const Text&, Text*) { return grpc::Status(code, "because \xFF"); });
  const struct {
    grpc::StatusCode code;
    const char* name;
    trace::StatusCode server;
  } kCases[] = {
      {grpc::StatusCode::NOT_FOUND, "NOT_FOUND", trace::StatusCode::kUnset},
      {grpc::StatusCode::INVALID_ARGUMENT, "INVALID_ARGUMENT", trace::StatusCode::kUnset},
      {grpc::StatusCode::INTERNAL, "INTERNAL", trace::StatusCode::kError},
      {grpc::StatusCode::UNAVAILABLE, "UNAVAILABLE", trace::StatusCode::kError},
  };
  for (const auto& each : kCases) {
    code = each.code;
    EXPECT_EQ(Say().error_code(), each.code);
    const auto [client, server] = TakePair();
    EXPECT_EQ(client->GetStatus(), trace::StatusCode::kError) << each.name;
    EXPECT_EQ(client->GetDescription(), "because \xEF\xBF\xBD");
    EXPECT_EQ(server->GetStatus(), each.server) << each.name;
    EXPECT_EQ(TextOf(*client, "rpc.response.status_code"), each.name);
    EXPECT_EQ(TextOf(*server, "rpc.response.status_code"), each.name);
    EXPECT_EQ(TextOf(*client, "error.type"), each.name);
  }
}

TEST_F(GrpcTracingTest, ExceptionOfAHandlerIsUnknown) {
  StartSync([](grpc::ServerContext*, const Text&, Text*) -> grpc::Status {
    throw std::runtime_error("boom");
  });
  EXPECT_EQ(Say().error_code(), grpc::StatusCode::UNKNOWN);
  EXPECT_EQ(TakePair().server->GetStatus(), trace::StatusCode::kError);
}

TEST_F(GrpcTracingTest, OkAfterTheDeadlineIsDeadlineExceeded) {
  StartSync([](grpc::ServerContext* context, const Text&, Text*) {
    std::this_thread::sleep_until(context->deadline() + milliseconds(100));
    return grpc::Status::OK;
  });
  EXPECT_EQ(Say(kReachesHandler).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  const auto [client, server] = TakePair();
  EXPECT_EQ(TextOf(*client, "rpc.response.status_code"), "DEADLINE_EXCEEDED");
  EXPECT_EQ(TextOf(*server, "rpc.response.status_code"), "DEADLINE_EXCEEDED");
  EXPECT_EQ(server->GetStatus(), trace::StatusCode::kError);
}

TEST_F(GrpcTracingTest, OkToACallerWhoLeftIsCancelledAndNoError) {
  std::promise<void> entered;
  StartSync([&](grpc::ServerContext* context, const Text&, Text*) {
    entered.set_value();
    do {
      std::this_thread::sleep_for(milliseconds(2));
    } while (!context->IsCancelled());
    return grpc::Status::OK;
  });
  grpc::ClientContext context;
  std::thread caller([&] { Call(*channel_, context, kEchoMethod, Text(), &reply_); });
  entered.get_future().wait();
  context.TryCancel();
  caller.join();
  const auto [client, server] = TakePair();
  EXPECT_EQ(TextOf(*server, "rpc.response.status_code"), "CANCELLED");
  EXPECT_EQ(server->GetStatus(), trace::StatusCode::kUnset);
  EXPECT_EQ(client->GetStatus(), trace::StatusCode::kError);
}

TEST_F(GrpcTracingTest, UnknownMethodHasNoNameOfItsOwn) {
  StartSync([](grpc::ServerContext*, const Text&, Text*) { return grpc::Status::OK; });
  EXPECT_EQ(Say(std::chrono::seconds(5), "/evil.Service/Name123").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  const auto [client, server] = TakePair();
  EXPECT_EQ(NameOf(*server), "grpc");
  EXPECT_EQ(TextOf(*server, "rpc.method"), "_OTHER");
  EXPECT_EQ(TextOf(*server, "rpc.response.status_code"), "UNIMPLEMENTED");
  EXPECT_EQ(server->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(server->GetParentSpanId(), client->GetSpanId());
}

TEST_F(GrpcTracingTest, UnknownMethodOfACallbackServer) {
  StartCallback([](grpc::CallbackServerContext* context, const Text*, Text*) {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  });
  EXPECT_EQ(Say(std::chrono::seconds(5), "/evil.Service/Name123").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  const auto [client, server] = TakePair();
  EXPECT_EQ(NameOf(*server), "grpc");
  EXPECT_EQ(TextOf(*server, "rpc.method"), "_OTHER");
}

TEST_F(GrpcTracingTest, CallsOnOneThreadDoNotInheritFromEachOther) {
  std::mutex mutex;
  std::vector<std::string> seen;
  StartSync([&](grpc::ServerContext*, const Text&, Text*) {
    const std::lock_guard lock(mutex);
    seen.push_back(CurrentTraceId());
    return grpc::Status::OK;
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(Say().ok());
    const auto [client, server] = TakePair();
    EXPECT_FALSE(client->GetParentSpanId().IsValid());
    EXPECT_EQ(seen.back(), Hex(server->GetTraceId()));
    for (std::size_t other = 0; other + 1 < seen.size(); ++other) {
      ASSERT_NE(seen[other], seen.back());
    }
  }
}

TEST_F(GrpcTracingTest, CallbackHandlerFindsItsSpanOnAnyThread) {
  std::atomic<bool> leaked = false;
  std::vector<std::thread> workers;
  StartCallback([&](grpc::CallbackServerContext* context, const Text*, Text* reply) {
    leaked = leaked || !NothingIsCurrent();
    auto* reactor = context->DefaultReactor();
    workers.emplace_back([=] {
      std::this_thread::sleep_for(milliseconds(5));
      RunInContext(ContextOf(*context), [&] {
        reply->set_value(CurrentTraceId() + Username(ContextOf(*context)) +
                         Hex(SpanOf(*context)->GetContext().span_id()));
      });
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  });
  for (int i = 0; i < 20; ++i) {
    Context context;
    context = opentelemetry::baggage::SetBaggage(
        context, opentelemetry::baggage::Baggage::GetDefault()->Set("username", "ada"));
    RunInContext(context, [&] { EXPECT_TRUE(Say().ok()); });
    const auto [client, server] = TakePair();
    EXPECT_EQ(server->GetParentSpanId(), client->GetSpanId());
    EXPECT_EQ(reply_.value(), Hex(server->GetTraceId()) + "ada" + Hex(server->GetSpanId()));
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_FALSE(leaked) << "a scope stayed on a thread of gRPC";
}

TEST_F(GrpcTracingTest, CallbackHandlerAfterTheDeadline) {
  std::thread worker;
  StartCallback([&](grpc::CallbackServerContext* context, const Text*, Text*) {
    auto* reactor = context->DefaultReactor();
    worker = std::thread([reactor, deadline = context->deadline()] {
      std::this_thread::sleep_until(deadline + milliseconds(100));
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  });
  EXPECT_EQ(Say(kReachesHandler).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  const auto [client, server] = TakePair();
  EXPECT_EQ(TextOf(*server, "rpc.response.status_code"), "DEADLINE_EXCEEDED");
  worker.join();
}

TEST_F(GrpcTracingTest, StreamingIsOneSpanOnEachSide) {
  StartSync([](grpc::ServerContext*, const Text&, Text*) { return grpc::Status::OK; });
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<Text>> reader(
      grpc::internal::ClientReaderFactory<Text>::Create(
          channel_.get(),
          grpc::internal::RpcMethod(kStreamMethod, grpc::internal::RpcMethod::SERVER_STREAMING),
          &context, Text()));
  int messages = 0;
  while (reader->Read(&reply_)) ++messages;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(messages, 3);
  const auto [client, server] = TakePair();
  EXPECT_EQ(server->GetParentSpanId(), client->GetSpanId());
  EXPECT_EQ(TextOf(*client, "rpc.response.status_code"), "OK");
}

TEST_F(GrpcTracingTest, HooksRunInsideTheSpan) {
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto hook = [&](const GrpcCall& call) {
    EXPECT_GT(call.cost.count(), 0);
    const std::lock_guard lock(mutex);
    seen.push_back(std::string(call.method) + " " + std::to_string(call.code) + " " +
                   CurrentTraceId());
  };
  StartSync([](grpc::ServerContext*, const Text&,
               Text*) { return grpc::Status(grpc::StatusCode::ABORTED, ""); },
            {.on_call = hook});
  channel_ = CreateTracedChannel(Address(), grpc::InsecureChannelCredentials(), {.on_call = hook});
  Say();
  const auto [client, server] = TakePair();
  const std::string expected = "test.Echo/Say 10 " + Hex(client->GetTraceId());
  EXPECT_EQ(seen, (std::vector<std::string>{expected, expected}));
}

TEST_F(GrpcTracingTest, FilteredMethodHasNoSpans) {
  const auto reject = [](std::string_view method) { return method != kEchoMethod; };
  StartSync(
      [](grpc::ServerContext* context, const Text&, Text*) {
        EXPECT_FALSE(SpanOf(*context)->GetContext().IsValid());
        return grpc::Status::OK;
      },
      {.filter = reject});
  channel_ = CreateTracedChannel(Address(), grpc::InsecureChannelCredentials(), {.filter = reject});
  EXPECT_TRUE(Say().ok());
  server_->Shutdown();
  trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("only")->End();
  EXPECT_EQ(recorder_.Take(1).size(), 1u);
}

// gRPC aborts the process when a client sends such metadata.
TEST_F(GrpcTracingTest, HostileBaggageDoesNotReachGrpc) {
  StartSync([](grpc::ServerContext*, const Text&, Text*) { return grpc::Status::OK; });
  for (const std::string& header :
       {std::string("a=b;\xFF\r\n"),
        "a=" + std::string(4000, 'x') + ",b=" + std::string(4000, 'y')}) {
    const std::vector<std::pair<std::string, std::string>> incoming = {{"baggage", header}};
    RunInContext(Extract(HeaderCarrier(incoming)), [&] { EXPECT_TRUE(Say().ok()); });
    TakePair();
  }
}

}  // namespace
}  // namespace spanhound::sdk
