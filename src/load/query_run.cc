#include "load/query_run.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "base/clock.h"
#include "load/answer_check.h"
#include "load/expected_answers.h"
#include "load/latency_recorder.h"
#include "load/page_cache.h"
#include "load/process_cost.h"
#include "load/question.h"
#include "load/request_source.h"
#include "load/workload.h"
#include "net/http/http_client.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

using std::chrono::duration;
using SteadyClock = std::chrono::steady_clock;

constexpr double kSecondsPerDay = 86'400;
constexpr size_t kAsksMin = 5;  // however slow
constexpr std::string_view kTracePath = "/api/traces/";
constexpr std::string_view kSearchPath = "/api/traces";
constexpr std::string_view kSummariesPath = "/api/trace-summaries";
constexpr std::string_view kCountsPath = "/api/span-counts";

struct Question {
  std::string target;
  int expected_status = 200;
  // What is wrong with the body; "" when nothing is.
  std::function<std::string(std::string_view body)> check;
};

struct QuestionSeries {
  std::string name;
  std::string path;
  std::vector<Question> questions;
  bool may_be_unknown = false;  // to servers of other makes: 404 then
};

// The searches that one kind asks, as numbers of the expected answers.
struct PlannedSearches {
  const SearchKind* kind;
  std::vector<Search> searches;
  std::vector<size_t> answers;
};

class QueryRun {
 public:
  QueryRun(const QueryRunOptions& options, const Workload& workload, net::HttpClient& client)
      : options_(options), workload_(workload), client_(client), random_(options.seed) {}

  Result<std::vector<QueryTiming>> Run() {
    trace_count_ =
        RequestSource::WholeTraces(workload_, options_.spans, options_.spans_per_request);
    if (trace_count_ == 0) return InvalidArgument("too few spans loaded to ask for any");
    for (const SearchKind& kind : SearchKinds()) Plan(kind);
    WorkOutAnswers();
    std::vector<QueryTiming> timings;
    for (const QuestionSeries& series : AllSeries()) {
      ASSIGN_OR_RETURN(timings.emplace_back(), Measure(series));
    }
    return timings;
  }

 private:
  size_t asks() const { return static_cast<size_t>(options_.warm_up + options_.repetitions); }

  void Plan(const SearchKind& kind) {
    PlannedSearches& planned = planned_.emplace_back(PlannedSearches{&kind, {}, {}});
    for (size_t i = 0; i < asks(); ++i) {
      auto span = DrawSpan(workload_, trace_count_, kind.want, random_);
      if (!span) return;
      planned.searches.push_back(kind.make(*span, workload_));
      planned.answers.push_back(expected_.Register(planned.searches.back()));
    }
  }

  // Makes all requests of the load run once more.
  void WorkOutAnswers() {
    RequestSource source(workload_, options_.spans, options_.spans_per_request);
    std::vector<ExpectedAnswers> parts(std::max(1u, std::thread::hardware_concurrency()),
                                       expected_);
    std::vector<std::thread> workers;
    for (ExpectedAnswers& part : parts) {
      workers.emplace_back([&source, &part] {
        while (auto next = source.Next()) {
          auto decoded = wire::DecodeOtlpTraces(std::move(next->request.body), {});
          if (decoded.ok()) part.Add(decoded->batch);
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
    for (const ExpectedAnswers& part : parts) expected_.Merge(part);
  }

  std::vector<QuestionSeries> AllSeries() {
    std::vector<QuestionSeries> all = {ById(), ByIdMiss()};
    for (const PlannedSearches& planned : planned_) {
      bool has_service = !planned.searches.empty() && !planned.searches[0].service.empty();
      if (has_service) all.push_back(Searches(planned, kSearchPath));  // Jaeger's needs a service
      all.push_back(Searches(planned, kSummariesPath));
    }
    all.push_back(Counts());
    return all;
  }

  QuestionSeries ById() {
    QuestionSeries series{"trace by id", std::string(kTracePath), {}};
    for (size_t i = 0; i < asks(); ++i) {
      auto span = DrawSpan(workload_, trace_count_, Want::kAny, random_);
      series.questions.push_back(
          {series.path + span->trace_id.ToHex(), 200, [span = *span](std::string_view body) {
             return CheckTrace(body, span.trace_id, span.spans_of_trace);
           }});
    }
    return series;
  }

  QuestionSeries ByIdMiss() {
    QuestionSeries series{"trace by id, miss", std::string(kTracePath), {}};
    for (size_t i = 0; i < asks(); ++i) {
      series.questions.push_back(
          {series.path + NextTraceId(random_).ToHex(), 404,
           [](std::string_view body) { return CheckFoundTraces(body, {}); }});
    }
    return series;
  }

  QuestionSeries Searches(const PlannedSearches& planned, std::string_view path) const {
    QuestionSeries series{planned.kind->name, std::string(path), {}};
    for (size_t i = 0; i < planned.searches.size(); ++i) {
      series.questions.push_back(
          {SearchTarget(path, planned.searches[i], Window()), 200,
           [traces = expected_.Newest(planned.answers[i])](std::string_view body) {
             return CheckFoundTraces(body, traces);
           }});
    }
    return series;
  }

  QuestionSeries Counts() const {
    QuestionSeries series{"count by service", std::string(kCountsPath), {}, true};
    for (size_t i = 0; i < asks(); ++i) {
      series.questions.push_back({series.path + "?by=service", 200, [this](std::string_view body) {
                                    return CheckSpanCounts(body, expected_.spans_by_service());
                                  }});
    }
    return series;
  }

  // All that was loaded, whenever that was.
  TimeWindow Window() const {
    int64_t now_micros = SystemClock().NowUnixNanos() / 1000;
    auto day_micros = static_cast<int64_t>(kSecondsPerDay * 1e6);
    auto spread_micros = static_cast<int64_t>(options_.time_spread_seconds * 1e6);
    return {now_micros - day_micros - spread_micros, now_micros + day_micros};
  }

  Result<QueryTiming> Measure(const QuestionSeries& series) {
    QueryTiming timing;
    timing.name = series.name;
    timing.path = series.path;
    if (series.questions.size() < asks()) timing.skipped = "the workload has none";
    LatencyRecorder latencies;
    double bytes = 0;
    auto begin = SteadyClock::now();
    double cpu_begin = ServerCpuSeconds();
    size_t asked = 0;
    for (size_t i = 0; i < series.questions.size() && timing.skipped.empty(); ++i) {
      bool is_late = duration<double>(SteadyClock::now() - begin).count() > options_.series_seconds;
      if (is_late && latencies.count() >= kAsksMin) break;
      const Question& question = series.questions[i];
      if (!options_.cold_directory.empty()) {
        RETURN_IF_ERROR(DropFromPageCache(options_.cold_directory));
      }
      auto start = SteadyClock::now();
      auto answer = client_.Get(question.target);
      int64_t nanos = (SteadyClock::now() - start).count();
      if (series.may_be_unknown && answer.ok() && answer->status == 404) {
        timing.skipped = "the server does not know " + series.path;
        return timing;
      }
      Judge(question, answer, timing);
      ++asked;
      if (static_cast<int>(i) < options_.warm_up) continue;
      latencies.Add(nanos);
      if (answer.ok()) bytes += static_cast<double>(answer->body.size());
    }
    if (options_.server_pid != 0 && asked > 0) {
      timing.server_cpu_ms_mean =
          (ServerCpuSeconds() - cpu_begin) * 1e3 / static_cast<double>(asked);
    }
    timing.count = static_cast<int>(latencies.count());
    timing.p50_ms = latencies.PercentileMs(50);
    timing.p99_ms = latencies.PercentileMs(99);
    timing.max_ms = latencies.PercentileMs(100);
    timing.reply_bytes_mean = timing.count > 0 ? bytes / timing.count : 0;
    return timing;
  }

  // 0 when it is not asked for, or the server is gone, which the answers show.
  double ServerCpuSeconds() const {
    if (options_.server_pid == 0) return 0;
    auto seconds = ProcessCpuSeconds(options_.server_pid);
    return seconds.ok() ? *seconds : 0;
  }

  static void Judge(const Question& question, const Result<net::HttpClientResponse>& answer,
                    QueryTiming& timing) {
    std::string wrong;
    if (!answer.ok()) {
      wrong = answer.status().ToString();
    } else if (answer->status != question.expected_status) {
      wrong = "HTTP status " + std::to_string(answer->status);
    } else {
      wrong = question.check(answer->body);
    }
    if (wrong.empty()) return;
    ++timing.wrong;
    if (timing.first_error.empty()) timing.first_error = wrong + ", asked " + question.target;
  }

  const QueryRunOptions& options_;
  const Workload& workload_;
  net::HttpClient& client_;
  SeededRandom random_;
  uint64_t trace_count_ = 0;
  ExpectedAnswers expected_{kTracesPerAnswer};
  std::vector<PlannedSearches> planned_;
};

}  // namespace

Result<std::vector<QueryTiming>> RunQueries(const QueryRunOptions& options) {
  // Only the order of the times matters here, and that does not depend on when the load ran.
  uint64_t base = UINT64_MAX / 2;
  ASSIGN_OR_RETURN(
      auto workload,
      Workload::Create(options.workload, {options.seed, base, options.time_spread_seconds}));
  ASSIGN_OR_RETURN(auto client, net::HttpClient::Create(options.url));
  return QueryRun(options, *workload, *client).Run();
}

}  // namespace spanhound::load
