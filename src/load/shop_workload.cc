// shop: 12 services in three replicas, requests along the call graph, about 8 spans a trace, 6-7
// span and 14 resource attributes, users with UUIDs, URLs with ids, 2 % failing requests with
// exception events and stacks, one trace in 10,000 with 3,000 spans. The shape of real traffic.

#include <algorithm>

#include "load/shop_call_graph.h"
#include "load/span_encoding.h"
#include "load/workload.h"

namespace spanhound::load {
namespace {

constexpr size_t kReplicas = 3;
constexpr uint64_t kReindexEvery = 10'000;
constexpr uint64_t kReindexAt = 777;
constexpr uint64_t kFailingPercent = 2;
constexpr uint32_t kRareDurationMs = 80;
constexpr uint64_t kProducts = 2'000;
constexpr uint64_t kDictionarySeed = 12'000;

std::string Uuid(Random& random) {
  std::string hex = NextTraceId(random).ToHex();
  hex[12] = '4';
  for (size_t position : {20, 16, 12, 8}) hex.insert(position, "-");
  return hex;
}

std::string EncodeResource(ShopService service, size_t replica, Random& random) {
  std::string out;
  auto add = [&out](std::string_view key, std::string_view value) {
    AppendStringAttribute(out, kResourceAttributes, key, value);
  };
  std::string name(ShopServiceName(service));
  std::string pod = name + "-" + NextSpanId(random).ToHex().substr(0, 9) + "-" +
                    NextSpanId(random).ToHex().substr(0, 5);
  add("service.name", name);
  add("service.namespace", "shop");
  add("service.version", "2.1." + std::to_string(static_cast<int>(service)));
  add("service.instance.id", Uuid(random));
  add("deployment.environment.name", "production");
  add("k8s.cluster.name", "eu-1");
  add("k8s.namespace.name", "shop");
  add("k8s.pod.name", pod);
  add("k8s.node.name", "node-" + std::to_string(replica));
  add("host.name", pod);
  add("telemetry.sdk.language", "cpp");
  add("telemetry.sdk.name", "opentelemetry");
  add("telemetry.sdk.version", "1.19.0");
  AppendIntAttribute(out, kResourceAttributes, "process.pid",
                     static_cast<int64_t>(1 + random.Below(30'000)));
  return out;
}

// What belongs to the whole request and shows up in the attributes of its spans.
struct RequestFacts {
  std::string user_id;
  std::string object_id;  // in URLs and statements
  uint64_t replica;
  int64_t client_port;
  size_t failing_call;  // index, or beyond the end
};

struct Timing {
  uint64_t self_nanos = 0;
  uint64_t duration_nanos = 0;
  uint64_t start_nanos = 0;
  uint64_t next_child_nanos = 0;  // when the next child of it may start
};

std::vector<Timing> MakeTimings(const ShopRequestType& type, Random& random, uint64_t start) {
  std::vector<Timing> timings(type.calls.size());
  for (size_t i = 0; i < timings.size(); ++i) {
    timings[i].self_nanos = NextDurationNanos(random, type.calls[i].mean_self_ms);
    timings[i].duration_nanos = timings[i].self_nanos;
  }
  for (size_t i = timings.size(); i-- > 1;) {
    timings[static_cast<size_t>(type.calls[i].parent)].duration_nanos += timings[i].duration_nanos;
  }
  for (size_t i = 0; i < timings.size(); ++i) {
    Timing& timing = timings[i];
    timing.start_nanos = start;
    if (i > 0) {
      Timing& parent = timings[static_cast<size_t>(type.calls[i].parent)];
      timing.start_nanos = parent.next_child_nanos;
      parent.next_child_nanos += timing.duration_nanos;
    }
    timing.next_child_nanos = timing.start_nanos + timing.self_nanos / 2;
  }
  return timings;
}

class ShopWorkload : public Workload {
 public:
  explicit ShopWorkload(WorkloadOptions options) : options_(options) {
    SeededRandom random(kDictionarySeed);  // the same shop whatever the seed of the run
    for (size_t service = 0; service < kShopServices; ++service) {
      for (size_t replica = 0; replica < kReplicas; ++replica) {
        resources_.push_back(EncodeResource(static_cast<ShopService>(service), replica, random));
      }
    }
    for (uint64_t i = 0; i < kProducts; ++i) {
      std::string id = NextSpanId(random).ToHex().substr(0, 10);
      std::transform(id.begin(), id.end(), id.begin(), [](char c) { return toupper(c); });
      products_.push_back(std::move(id));
    }
  }

  std::string_view Resource(uint32_t number, std::string&) const override {
    return resources_[number];
  }
  std::string_view rare_key() const override { return "user.id"; }
  uint32_t rare_duration_ms() const override { return kRareDurationMs; }

  size_t SpanCount(uint64_t trace_number) const override {
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    NextTraceId(random);
    return TypeOf(trace_number, random).calls.size();
  }

  void AppendTrace(uint64_t trace_number, SpanQueue& queue) const override {
    SeededRandom random = TraceRandom(options_.seed, trace_number);
    model::TraceId trace_id = NextTraceId(random);
    const ShopRequestType& type = TypeOf(trace_number, random);
    RequestFacts facts = MakeFacts(type, random);
    std::vector<Timing> timings = MakeTimings(type, random, NextStartNanos(random, options_));
    std::vector<bool> failed = FailedCalls(type, facts.failing_call);
    std::vector<model::SpanId> ids;
    for (size_t i = 0; i < type.calls.size(); ++i) {
      const ShopCall& call = type.calls[i];
      const Timing& timing = timings[i];
      ids.push_back(NextSpanId(random));
      SpanHead head{.trace_id = trace_id,
                    .span_id = ids.back(),
                    .parent_span_id = i == 0 ? model::SpanId() : ids[size_t(call.parent)],
                    .name = call.name,
                    .kind = call.kind,
                    .start_unix_nanos = timing.start_nanos,
                    .end_unix_nanos = timing.start_nanos + timing.duration_nanos};
      std::string& span = queue.BeginSpan();
      AppendSpanHead(span, head);
      AppendAttributes(call, facts, failed[i], span);
      if (failed[i]) AppendFailure(call, head, i == facts.failing_call, random, span);
      queue.EndSpan(ResourceOf(call.service, facts.replica), trace_id);
    }
  }

 private:
  static const ShopRequestType& TypeOf(uint64_t trace_number, Random& random) {
    uint64_t draw = random.Below(100);
    if (trace_number % kReindexEvery == kReindexAt) return ShopReindex();
    const auto& types = ShopRequestTypes();
    size_t index = 0;
    while (index + 1 < types.size() && draw >= types[index].weight) draw -= types[index++].weight;
    return types[index];
  }

  RequestFacts MakeFacts(const ShopRequestType& type, Random& random) const {
    RequestFacts facts;
    facts.user_id = Uuid(random);
    // Products are few, carts and orders are unique.
    bool is_product = type.calls[0].detail.find("{productId}") != std::string::npos;
    facts.object_id = is_product ? products_[random.Below(kProducts)] : NextSpanId(random).ToHex();
    facts.replica = random.Below(kReplicas);
    facts.client_port = static_cast<int64_t>(32'768 + random.Below(28'232));
    bool fails = random.Below(100) < kFailingPercent;
    facts.failing_call = fails ? random.Below(type.calls.size()) : type.calls.size();
    return facts;
  }

  static uint32_t ResourceOf(ShopService service, uint64_t replica) {
    return static_cast<uint32_t>(static_cast<size_t>(service) * kReplicas + replica);
  }

  // An error travels up to the root.
  static std::vector<bool> FailedCalls(const ShopRequestType& type, size_t failing_call) {
    std::vector<bool> failed(type.calls.size(), false);
    if (failing_call >= type.calls.size()) return failed;
    for (int i = static_cast<int>(failing_call); i >= 0; i = type.calls[size_t(i)].parent) {
      failed[static_cast<size_t>(i)] = true;
    }
    return failed;
  }

  static void AppendAttributes(const ShopCall& call, const RequestFacts& facts, bool failed,
                               std::string& span) {
    auto text = [&span](std::string_view key, std::string_view value) {
      AppendStringAttribute(span, kSpanAttributes, key, value);
    };
    auto number = [&span](std::string_view key, int64_t value) {
      AppendIntAttribute(span, kSpanAttributes, key, value);
    };
    std::string_view peer = ShopServiceName(call.peer);
    switch (call.protocol) {
      case ShopProtocol::kHttpServer: {
        std::string path = call.detail;
        size_t begin = path.find('{'), end = path.find('}');
        if (begin != std::string::npos) path.replace(begin, end - begin + 1, facts.object_id);
        text("http.request.method", std::string_view(call.name).substr(0, call.name.find(' ')));
        text("url.path", path);
        text("http.route", call.detail);
        number("http.response.status_code", failed ? 500 : 200);
        text("user.id", facts.user_id);
        text("server.address", "shop.example.com");
        text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0");
        return;
      }
      case ShopProtocol::kRpc:
        text("rpc.system", "grpc");
        text("rpc.service", call.detail);
        text("rpc.method", std::string_view(call.name).substr(call.name.find('/') + 1));
        number("rpc.grpc.status_code", failed ? 13 : 0);
        if (call.kind == model::SpanKind::kServer) {
          text("client.address", peer);
          number("client.port", facts.client_port);
          text("user.id", facts.user_id);
        } else {
          text("server.address", peer);
          number("server.port", 8080);
        }
        return;
      case ShopProtocol::kDatabase:
        text("db.system.name", "postgresql");
        text("db.namespace", "shop");
        text("db.collection.name", call.detail);
        text("db.query.text", call.name + " WHERE id = '" + facts.object_id + "'");
        text("server.address", "db.shop.svc");
        number("server.port", 5432);
        return;
      case ShopProtocol::kMessaging:
        text("messaging.system", "kafka");
        text("messaging.destination.name", call.detail);
        text("messaging.operation.type",
             call.kind == model::SpanKind::kProducer ? "send" : "process");
        number("messaging.kafka.partition", static_cast<int64_t>(facts.replica));
        text("messaging.message.id", facts.object_id);
        text("server.address", "kafka.shop.svc");
        return;
    }
  }

  static void AppendFailure(const ShopCall& call, const SpanHead& head, bool is_origin,
                            Random& random, std::string& span) {
    std::string status;
    if (is_origin) AppendBytesField(status, 2, "connection reset by peer");
    AppendVarintField(status, 3, static_cast<uint64_t>(model::StatusCode::kError));
    AppendBytesField(span, kSpanStatus, status);
    if (!is_origin) return;
    std::string stack = "boost::system::system_error: connection reset by peer\n";
    for (int frame = 0; frame < 12; ++frame) {
      stack += "  at shop::" + std::string(ShopServiceName(call.service)) + "::Handler::Step" +
               std::to_string(frame) + "(Request const&) (handler.cc:" +
               std::to_string(40 + 31 * frame + static_cast<int>(random.Below(3))) + ")\n";
    }
    std::string event;
    AppendFixed64Field(event, 1, head.end_unix_nanos);
    AppendBytesField(event, 2, "exception");
    AppendStringAttribute(event, kEventAttributes, "exception.type", "boost::system::system_error");
    AppendStringAttribute(event, kEventAttributes, "exception.message", "connection reset by peer");
    AppendStringAttribute(event, kEventAttributes, "exception.stacktrace", stack);
    AppendBytesField(span, kSpanEvents, event);
  }

  const WorkloadOptions options_;
  std::vector<std::string> resources_;
  std::vector<std::string> products_;
};

}  // namespace

std::unique_ptr<Workload> CreateShopWorkload(WorkloadOptions options) {
  return std::make_unique<ShopWorkload>(options);
}

}  // namespace spanhound::load
