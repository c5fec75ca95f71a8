#include "load/query_run.h"

#include <chrono>
#include <cstdio>
#include <functional>

#include "base/clock.h"
#include "base/json_writer.h"
#include "load/latency_recorder.h"
#include "load/request_source.h"
#include "load/workload.h"
#include "net/http_client.h"

namespace spanhound::load {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int kLimit = 20;

// A question and what its answer must contain; "" for an answer that must be empty.
struct Question {
  std::string target;
  std::string expected_text;
  int expected_status = 200;
};

using MakeQuestion = std::function<Question(const TraceSample&)>;

struct QuestionKind {
  std::string name;
  MakeQuestion make;
  bool asks_slow = false;  // only about traces with a root of the rare duration
};

std::string SearchTarget(const std::string& service, const std::string& more) {
  int64_t now_micros = SystemClock().NowUnixNanos() / 1000;
  return "/api/traces?service=" + net::PercentEncode(service) + "&limit=" + std::to_string(kLimit) +
         "&start=" + std::to_string(now_micros - kMicrosPerDay) +
         "&end=" + std::to_string(now_micros + kMicrosPerDay) + more;
}

std::string TagsParameter(const std::string& key, const std::string& value) {
  std::string json = "{";
  AppendJsonString(json, key);
  json.push_back(':');
  AppendJsonString(json, value);
  return "&tags=" + net::PercentEncode(json + "}");
}

std::vector<QuestionKind> QuestionKinds(const Workload& workload) {
  const std::string rare = "&minDuration=" + std::to_string(workload.rare_duration_ms()) + "ms";
  const std::string some_trace = "\"traceID\"";
  return {
      {"trace by id",
       [](const TraceSample& s) {
         return Question{"/api/traces/" + s.trace_id.ToHex(), s.trace_id.ToHex()};
       }},
      {"trace by id, miss",
       [](const TraceSample& s) {
         model::TraceId other = s.trace_id;
         other.bytes[3] ^= 0x55;
         return Question{"/api/traces/" + other.ToHex(), "", 404};
       }},
      {"service, newest 20",
       [=](const TraceSample& s) {
         return Question{SearchTarget(s.service, ""), some_trace};
       }},
      {"service + operation, newest 20",
       [=](const TraceSample& s) {
         std::string operation = "&operation=" + net::PercentEncode(s.operation);
         return Question{SearchTarget(s.service, operation), some_trace};
       }},
      {"attribute equality",
       [=](const TraceSample& s) {
         // With hundreds of hits the newest 20 need not hold this one.
         return Question{SearchTarget(s.service, TagsParameter(s.attribute_key, s.attribute_value)),
                         some_trace};
       }},
      {"known key, absent value",
       [](const TraceSample& s) {
         return Question{SearchTarget(s.service, TagsParameter(s.attribute_key, "no such value")),
                         ""};
       }},
      {"service, minimum duration",
       [=](const TraceSample& s) {
         return Question{SearchTarget(s.service, rare), some_trace};
       },
       true},
  };
}

std::string CheckAnswer(const Question& question, const Result<net::HttpClientResponse>& answer) {
  if (!answer.ok()) return answer.status().ToString();
  if (answer->status != question.expected_status) {
    return "HTTP status " + std::to_string(answer->status) + " for " + question.target;
  }
  bool has_traces = answer->body.find("\"traceID\"") != std::string::npos;
  if (question.expected_text.empty()) return has_traces ? "found what does not exist" : "";
  if (answer->body.find(question.expected_text) != std::string::npos) return "";
  return "no " + question.expected_text + " in the answer to " + question.target;
}

// What the run asks about: random traces of those that were sent.
std::vector<TraceSample> DrawSamples(const Workload& workload, uint64_t trace_count, bool slow_only,
                                     int count, Random& random) {
  constexpr int kDrawsMax = 100'000;  // slow ones are about one in fifty
  std::vector<TraceSample> samples;
  for (int i = 0; i < kDrawsMax && samples.size() < static_cast<size_t>(count); ++i) {
    TraceSample sample = workload.Sample(random.Below(trace_count));
    bool is_slow = sample.root_duration_nanos >= workload.rare_duration_ms() * uint64_t{1'000'000};
    if (!slow_only || is_slow) samples.push_back(std::move(sample));
  }
  return samples;
}

QueryTiming Measure(net::HttpClient& client, const QuestionKind& kind,
                    const std::vector<TraceSample>& samples, int warm_up) {
  QueryTiming timing;
  timing.name = kind.name;
  LatencyRecorder latencies;
  double bytes = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    Question question = kind.make(samples[i]);
    auto start = std::chrono::steady_clock::now();
    auto answer = client.Get(question.target);
    int64_t nanos = (std::chrono::steady_clock::now() - start).count();
    std::string error = CheckAnswer(question, answer);
    if (!error.empty()) {
      ++timing.wrong;
      if (timing.first_error.empty()) timing.first_error = error;
    }
    if (static_cast<int>(i) < warm_up) continue;
    ++timing.count;
    latencies.Add(nanos);
    if (answer.ok()) bytes += static_cast<double>(answer->body.size());
  }
  timing.p50_ms = latencies.PercentileMs(50);
  timing.p99_ms = latencies.PercentileMs(99);
  timing.reply_bytes_mean = timing.count > 0 ? bytes / timing.count : 0;
  return timing;
}

}  // namespace

Result<std::vector<QueryTiming>> RunQueries(const QueryRunOptions& options) {
  ASSIGN_OR_RETURN(auto workload, Workload::Create(options.workload, {options.seed, 0, 0}));
  uint64_t traces = RequestSource::WholeTraces(*workload, options.spans, options.spans_per_request);
  if (traces == 0) return InvalidArgument("too few spans loaded to ask for any");
  ASSIGN_OR_RETURN(auto client, net::HttpClient::Create(options.url));
  std::vector<QueryTiming> timings;
  SeededRandom random(options.seed);
  for (const QuestionKind& kind : QuestionKinds(*workload)) {
    std::vector<TraceSample> samples = DrawSamples(*workload, traces, kind.asks_slow,
                                                   options.warm_up + options.repetitions, random);
    timings.push_back(Measure(*client, kind, samples, options.warm_up));
  }
  return timings;
}

std::string QueryTimingsText(const std::vector<QueryTiming>& timings) {
  std::string out;
  for (const QueryTiming& timing : timings) {
    char line[160];
    snprintf(line, sizeof line, "  %-32s p50 %8.2f ms   p99 %8.2f ms   %9.0f bytes\n",
             timing.name.c_str(), timing.p50_ms, timing.p99_ms, timing.reply_bytes_mean);
    out += line;
    if (timing.wrong > 0) {
      out += "    WRONG " + std::to_string(timing.wrong) + " times: " + timing.first_error + "\n";
    }
  }
  return out;
}

std::string QueryTimingsJson(const std::vector<QueryTiming>& timings) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  for (const QueryTiming& timing : timings) {
    json.BeginObject();
    json.Field("name", timing.name);
    json.Field("count", static_cast<int64_t>(timing.count));
    json.Field("wrong", static_cast<int64_t>(timing.wrong));
    json.Field("first_error", timing.first_error);
    json.Key("p50_ms"), json.Double(timing.p50_ms);
    json.Key("p99_ms"), json.Double(timing.p99_ms);
    json.Key("reply_bytes_mean"), json.Double(timing.reply_bytes_mean);
    json.EndObject();
  }
  json.EndArray();
  return out + "\n";
}

}  // namespace spanhound::load
