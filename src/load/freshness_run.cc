#include "load/freshness_run.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/json_writer.h"
#include "load/latency_recorder.h"
#include "load/load_target.h"
#include "load/question.h"
#include "load/workload.h"
#include "net/http/http_client.h"

namespace spanhound::load {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kPollInterval{1};
constexpr int64_t kWindowMicros = 3'600'000'000;
constexpr double kTimeSpreadSeconds = 1;

struct Delays {
  LatencyRecorder latencies;
  int never_seen = 0;

  FreshnessReport::Delay Summary() {
    return {latencies.PercentileMs(50), latencies.PercentileMs(99), latencies.PercentileMs(100),
            never_seen};
  }
};

class FreshnessRun {
 public:
  FreshnessRun(const FreshnessOptions& options, const Workload& workload, LoadTarget& target,
               net::HttpClient& client)
      : options_(options), workload_(workload), target_(target), client_(client) {}

  // By id and by search take turns, so that neither waits for the other.
  Result<FreshnessReport> Run() {
    SeededRandom random(options_.seed);
    for (int i = 0; i < 2 * options_.repetitions; ++i) {
      auto number = static_cast<uint64_t>(i);
      SpanQueue queue;
      workload_.AppendTrace(number, queue);
      auto span = DrawSpanOf(workload_, number, Want::kRareValue, random);
      if (!span) continue;
      LoadRequest request = queue.TakeRequest(queue.span_count(), workload_);
      SendResult sent = target_.Send(request.body);
      auto acked = SteadyClock::now();
      if (!sent.status.ok()) return sent.status.WithContext("send");
      bool by_id = i % 2 == 0;
      RETURN_IF_ERROR(Watch(by_id ? "/api/traces/" + span->trace_id.ToHex() : Target(*span), *span,
                            acked, by_id ? by_id_ : by_search_));
    }
    return FreshnessReport{options_.repetitions, by_id_.Summary(), by_search_.Summary()};
  }

 private:
  std::string Target(const KnownSpan& span) const {
    Search search;
    search.service = span.service;
    search.key = span.key;
    search.value = span.value;
    int64_t now_micros = SystemClock().NowUnixNanos() / 1000;
    return SearchTarget("/api/traces", search,
                        {now_micros - kWindowMicros, now_micros + kWindowMicros});
  }

  Status Watch(const std::string& target, const KnownSpan& span, SteadyClock::time_point acked,
               Delays& delays) {
    const std::string wanted = "\"traceID\":\"" + span.trace_id.ToHex() + "\"";
    while (true) {
      ASSIGN_OR_RETURN(net::HttpClientResponse answer, client_.Get(target));
      auto waited = SteadyClock::now() - acked;
      if (answer.status != 200 && answer.status != 404) {
        return Internal("HTTP status " + std::to_string(answer.status) + " for " + target);
      }
      if (answer.body.find(wanted) != std::string::npos) {
        delays.latencies.Add(waited.count());
        return Status::Ok();
      }
      if (waited > milliseconds(options_.give_up_ms)) {
        ++delays.never_seen;
        return Status::Ok();
      }
      std::this_thread::sleep_for(kPollInterval);
    }
  }

  const FreshnessOptions& options_;
  const Workload& workload_;
  LoadTarget& target_;
  net::HttpClient& client_;
  Delays by_id_, by_search_;
};

std::string Line(const char* name, const FreshnessReport::Delay& delay) {
  char line[160];
  snprintf(line, sizeof line, "  visible %-10s p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms\n", name,
           delay.p50_ms, delay.p99_ms, delay.max_ms);
  std::string out = line;
  if (delay.never_seen > 0) {
    out += "    WRONG: " + std::to_string(delay.never_seen) + " never seen\n";
  }
  return out;
}

void WriteDelay(JsonWriter& json, std::string_view name, const FreshnessReport::Delay& delay) {
  json.Key(name);
  json.BeginObject();
  json.Key("p50_ms"), json.Double(delay.p50_ms);
  json.Key("p99_ms"), json.Double(delay.p99_ms);
  json.Key("max_ms"), json.Double(delay.max_ms);
  json.Field("never_seen", static_cast<int64_t>(delay.never_seen));
  json.EndObject();
}

}  // namespace

Result<FreshnessReport> RunFreshness(const FreshnessOptions& given) {
  FreshnessOptions options = given;
  auto now = static_cast<uint64_t>(SystemClock().NowUnixNanos());
  if (options.seed == 0) options.seed = now;
  ASSIGN_OR_RETURN(auto workload,
                   Workload::Create(options.workload, {options.seed, now, kTimeSpreadSeconds}));
  ASSIGN_OR_RETURN(auto target,
                   LoadTarget::Create({.url = options.target, .headers = options.headers}));
  ASSIGN_OR_RETURN(auto client, net::HttpClient::Create(options.url));
  return FreshnessRun(options, *workload, *target, *client).Run();
}

std::string FreshnessText(const FreshnessReport& report) {
  return Line("by id", report.by_id) + Line("by search", report.by_search);
}

std::string FreshnessJson(const FreshnessReport& report) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Field("repetitions", static_cast<int64_t>(report.repetitions));
  WriteDelay(json, "by_id", report.by_id);
  WriteDelay(json, "by_search", report.by_search);
  json.EndObject();
  return out + "\n";
}

}  // namespace spanhound::load
