// Runs tests/query/*.test: what is stored, what is asked, what comes out. Every case runs with its
// rows in the head, in a block, after reopening the store, and half in each.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/query.h"
#include "query/testing/case_file.h"
#include "query/testing/condition_text.h"
#include "query/testing/stored_telemetry.h"

namespace spanhound::query {
namespace {

// nanoseconds -> "+5ms", "+1500us"
std::string NanosText(int64_t nanos) {
  if (nanos % 1'000'000 == 0) return std::to_string(nanos / 1'000'000) + "ms";
  if (nanos % 1'000 == 0) return std::to_string(nanos / 1'000) + "us";
  return std::to_string(nanos) + "ns";
}

std::string TimeText(uint64_t unix_nanos) {
  return std::string("@").append(NanosText(static_cast<int64_t>(unix_nanos) - kTextEpochNanos));
}

std::string Quoted(std::string_view text) {
  const bool is_word = !text.empty() && text.find(' ') == std::string_view::npos;
  return is_word ? std::string(text) : std::string("\"").append(text).append("\"");
}

using Lines = std::vector<std::string>;

void AppendTrace(const Trace& trace, Lines* out) {
  out->push_back(std::string("trace ").append(IdText(trace.trace_id)));
  for (const model::Span& span : trace.batch.spans) {
    std::string line = "  ";
    line += IdText(span.span_id) + " < " + IdText(span.parent_span_id) + " ";
    line += Quoted(trace.batch.resource_of(span).service_name()) + " " + Quoted(span.name) + " ";
    line += TimeText(span.start_unix_nanos) + " +";
    line += NanosText(static_cast<int64_t>(span.duration_nanos()));
    for (const model::Attribute& attribute : span.attributes) {
      line.append(" ").append(attribute.key).append("=").append(model::ToText(attribute.value));
    }
    out->push_back(std::move(line));
  }
}

std::string SummaryLine(const TraceSummary& summary) {
  std::string line = "trace ";
  line += IdText(summary.trace_id) + " " + Quoted(summary.root_service_name) + " ";
  line += Quoted(summary.root_name) + " " + TimeText(summary.start_unix_nanos) + " +";
  line += NanosText(static_cast<int64_t>(summary.duration_nanos));
  line += " spans=" + std::to_string(summary.span_count);
  line += " errors=" + std::to_string(summary.error_count);
  for (const TraceSummary::Service& service : summary.services) {
    line += " " + service.name + ":" + std::to_string(service.span_count) + "/" +
            std::to_string(service.error_count);
  }
  return line;
}

std::string LogLine(const Logs& logs, const model::LogRecord& record) {
  std::string line = TimeText(record.time_unix_nanos);
  line += " " + Quoted(logs.batch.resource_of(record).service_name()) + " ";
  line.append(record.severity_text).append(" ").append(model::ToText(record.body));
  line += " trace=" + IdText(record.trace_id) + " span=" + IdText(record.span_id);
  for (const model::Attribute& attribute : record.attributes) {
    line.append(" ").append(attribute.key).append("=").append(model::ToText(attribute.value));
  }
  return line;
}

// One request of a case.
class Request {
 public:
  Request(Engine& engine, const CaseSection& section) : engine_(engine) {
    words_ = SplitTokens(section.head);
    for (const std::string& line : section.lines) condition_.append(line).append(" ");
    for (size_t i = 2; i < words_.size(); ++i) {
      const size_t equals = words_[i].find('=');
      if (equals == std::string::npos) continue;
      arguments_[words_[i].substr(0, equals)] = Unquoted(words_[i].substr(equals + 1));
    }
  }

  Lines Run() {
    const std::string& what = words_.at(1);
    if (what == "traces") return FindTraces();
    if (what == "summaries") return FindSummaries();
    if (what == "trace") return GetTrace();
    if (what == "logs") return FindLogs();
    if (what == "services") return ListServices();
    if (what == "operations") return ListOperations();
    if (what == "attributes") return ListAttributes();
    if (what == "values") return ListValues();
    if (what == "dependencies") return ListDependencies();
    BadText("request", what);
  }

 private:
  static Lines ErrorLines(const Status& status) {
    return {std::string("error ").append(CodeName(status.code())) + ": " + status.message()};
  }

  std::string Argument(const std::string& name) const {
    const auto found = arguments_.find(name);
    return found == arguments_.end() ? "" : found->second;
  }

  TimeRange Time() const {
    TimeRange time;
    if (const std::string from = Argument("from"); !from.empty()) {
      time.min_unix_nanos = TimeFromText(from);
    }
    if (const std::string to = Argument("to"); !to.empty()) time.max_unix_nanos = TimeFromText(to);
    return time;
  }

  uint32_t Limit() const {
    const std::string limit = Argument("limit");
    return limit.empty() ? 100 : static_cast<uint32_t>(std::stoul(limit));
  }

  TraceSearch Search() const { return {ConditionFromText(condition_), Time(), Limit()}; }

  // With pages=all in the request: also the pages behind the first.
  bool WantsMore(const std::string& next_page, Lines* lines) const {
    if (next_page.empty() || Argument("pages") != "all") return false;
    lines->push_back("next page");
    return true;
  }

  Lines FindTraces() {
    auto traces = engine_.FindTraces(Search());
    if (!traces.ok()) return ErrorLines(traces.status());
    Lines lines;
    for (const Trace& trace : *traces) AppendTrace(trace, &lines);
    return lines;
  }

  Lines FindSummaries() {
    TraceSearch search = Search();
    search.after = Argument("after");
    Lines lines;
    do {
      auto page = engine_.FindTraceSummaries(search);
      if (!page.ok()) return ErrorLines(page.status());
      for (const TraceSummary& summary : page->traces) lines.push_back(SummaryLine(summary));
      search.after = page->next_page;
    } while (WantsMore(search.after, &lines));
    return lines;
  }

  Lines GetTrace() {
    auto trace = engine_.GetTrace(IdFromText<model::TraceId>(words_.at(2)));
    if (!trace.ok()) return ErrorLines(trace.status());
    Lines lines;
    AppendTrace(*trace, &lines);
    return lines;
  }

  Lines FindLogs() {
    LogSearch search;
    if (const std::string id = Argument("trace"); !id.empty()) {
      search.trace_id = IdFromText<model::TraceId>(id);
    }
    if (const std::string id = Argument("span"); !id.empty()) {
      search.span_id = IdFromText<model::SpanId>(id);
    }
    search.service_name = Argument("service");
    search.text = Argument("text");
    if (const std::string severity = Argument("severity"); !severity.empty()) {
      search.min_severity_number = static_cast<uint8_t>(std::stoul(severity));
    }
    search.time = Time();
    search.limit = Limit();
    search.newest_first = Argument("order") != "oldest";
    search.after = Argument("after");
    Lines lines;
    do {
      auto logs = engine_.FindLogs(search);
      if (!logs.ok()) return ErrorLines(logs.status());
      for (const auto& record : logs->batch.records) lines.push_back(LogLine(*logs, record));
      search.after = logs->next_page;
    } while (WantsMore(search.after, &lines));
    return lines;
  }

  Lines ListServices() {
    auto services = engine_.Services();
    return services.ok() ? services->entries : ErrorLines(services.status());
  }

  Lines ListOperations() {
    auto operations = engine_.Operations(words_.at(2));
    if (!operations.ok()) return ErrorLines(operations.status());
    Lines lines;
    for (const Operation& operation : operations->entries) {
      std::string line = Quoted(operation.name);
      line.append(" ").append(Quoted(model::SpanKindName(operation.kind))).append(" ");
      lines.push_back(line.append(std::to_string(operation.span_count)));
    }
    return lines;
  }

  static constexpr std::string_view kPlaces[] = {"span",  "resource", "scope",
                                                 "event", "link",     "log"};

  std::optional<AttributePlace> Place() const {
    const auto* found = std::ranges::find(kPlaces, Argument("place"));
    if (found == std::end(kPlaces)) return std::nullopt;
    return static_cast<AttributePlace>(found - kPlaces);
  }

  template <typename Entry>
  static std::string EndLine(const Listing<Entry>& listing) {
    return std::to_string(listing.entries.size()) + " of " + std::to_string(listing.total) +
           (listing.is_complete ? "" : ", not complete");
  }

  // place, key, number of the type, count
  Lines ListAttributes() {
    auto keys = engine_.AttributeKeys({Place(), Argument("prefix"), Limit()});
    if (!keys.ok()) return ErrorLines(keys.status());
    Lines lines;
    for (const AttributeKey& key : keys->entries) {
      std::string line(kPlaces[static_cast<size_t>(key.place)]);
      line.append(" ").append(key.key).append(" type=");
      line += std::to_string(static_cast<int>(key.type)) + " " + std::to_string(key.count);
      lines.push_back(std::move(line));
    }
    lines.push_back(EndLine(*keys));
    return lines;
  }

  Lines ListValues() {
    auto values =
        engine_.AttributeValues({Place().value(), Argument("key"), Argument("prefix"), Limit()});
    if (!values.ok()) return ErrorLines(values.status());
    Lines lines;
    for (const AttributeValueCount& value : values->entries) {
      std::string line = Quoted(value.text) + " type=";
      line += std::to_string(static_cast<int>(value.type)) + " " + std::to_string(value.count);
      lines.push_back(std::move(line));
    }
    lines.push_back(EndLine(*values));
    return lines;
  }

  Lines ListDependencies() {
    auto calls = engine_.Dependencies(Time());
    if (!calls.ok()) return ErrorLines(calls.status());
    Lines lines;
    for (const Dependency& call : *calls) {
      lines.push_back(call.parent + " -> " + call.child + " " + std::to_string(call.call_count));
    }
    return lines;
  }

  Engine& engine_;
  Lines words_;
  std::string condition_;
  std::map<std::string, std::string> arguments_;
};

void RunCase(const std::filesystem::path& path) {
  CaseFile file(path);
  bool is_first_way = true;
  for (const StoredAs way : kAllWays) {
    SCOPED_TRACE(NameOf(way));
    StoredTelemetry telemetry(file.LinesOf("spans"), file.LinesOf("logs"), way);
    Engine engine(telemetry.store());
    for (CaseSection& section : file.sections()) {
      if (!section.is_request()) continue;
      SCOPED_TRACE(section.head);
      const Lines lines = Request(engine, section).Run();
      if (CaseFile::IsUpdating() && is_first_way) section.expected = lines;
      EXPECT_EQ(lines, section.expected);
    }
    is_first_way = false;
  }
  if (CaseFile::IsUpdating()) file.Write();
}

TEST(QueryCases, AnswersAreAsExpected) {
  const auto paths = CaseFile::List("tests/query");
  EXPECT_GE(paths.size(), 5u);
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    RunCase(path);
  }
}

}  // namespace
}  // namespace spanhound::query
