#include "load/workload_facts.h"

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/hash_map.h"
#include "load/request_source.h"
#include "load/workload.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

class FactCounter {
 public:
  void Add(const model::SpanBatch& batch) {
    for (const model::Resource& resource : batch.resources) {
      services_.emplace(resource.service_name());
      facts_.attributes_per_resource.Add(resource.attributes.size());
      std::string all;
      for (const model::Attribute& attribute : resource.attributes) {
        all.append(attribute.key).append("=").append(model::ToText(attribute.value)).append(";");
      }
      resources_.emplace(std::move(all));
    }
    for (const model::Span& span : batch.spans) Add(span);
  }

  WorkloadFacts Take(const Workload& workload, uint64_t whole_traces) {
    for (uint64_t n = 0; n < whole_traces; ++n) {
      facts_.spans_per_trace.Add(workload.SpanCount(n));
    }
    facts_.services = services_.size();
    facts_.span_names = names_.size();
    facts_.resources = resources_.size();
    facts_.attribute_keys = values_of_.size();
    for (const auto& [key, values] : values_of_) facts_.values_per_key.Add(values.size());
    facts_.traces = traces_.size();
    facts_.traces_with_error = failed_.size();
    facts_.start_spread_seconds = static_cast<double>(roots_.max - roots_.min) / 1e9;
    return facts_;
  }

 private:
  void Add(const model::Span& span) {
    ++facts_.spans;
    names_.emplace(span.name);
    traces_.insert(span.trace_id);
    if (span.parent_span_id.is_zero()) roots_.Add(span.start_unix_nanos);
    if (span.status_code == model::StatusCode::kError) failed_.insert(span.trace_id);
    facts_.attributes_per_span.Add(span.attributes.size());
    for (const model::Attribute& attribute : span.attributes) {
      StringSet& values = values_of_[std::string(attribute.key)];
      if (attribute.value.type != model::ValueType::kString) continue;
      ++facts_.string_attribute_count;
      values.emplace(attribute.value.text());
    }
    for (const model::SpanEvent& event : span.events) {
      if (event.name != "exception") continue;
      ++facts_.exception_events;
      const auto* stack = model::FindAttribute(event.attributes, "exception.stacktrace");
      if (stack != nullptr) facts_.stack_bytes.Add(stack->text().size());
    }
  }

  WorkloadFacts facts_;
  StringSet services_, names_, resources_;
  StringMap<StringSet> values_of_;
  HashSet<model::TraceId, model::IdHash> traces_, failed_;
  Range roots_;
};

void AppendLine(std::string& out, std::string name, const std::string& value) {
  name.resize(34, ' ');
  out += "  " + name + value + "\n";
}

std::string Text(const Range& range) {
  if (range.count == 0) return "-";
  char text[96];
  snprintf(text, sizeof text, "%.2f (%llu to %llu)", range.mean(),
           static_cast<unsigned long long>(range.min), static_cast<unsigned long long>(range.max));
  return text;
}

std::string Text(double value) {
  char text[32];
  snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

void Range::Add(uint64_t value) {
  min = std::min(min, value);
  max = std::max(max, value);
  sum += value;
  ++count;
}

Result<WorkloadFacts> DescribeWorkload(const LoadOptions& options) {
  ASSIGN_OR_RETURN(
      auto workload,
      Workload::Create(options.workload,
                       {options.seed, static_cast<uint64_t>(SystemClock().NowUnixNanos()),
                        options.time_spread_seconds}));
  RequestSource source(*workload, options.spans, options.spans_per_request);
  FactCounter counter;
  uint64_t wire_bytes = 0;
  while (auto next = source.Next()) {
    wire_bytes += next->request.body.size();
    ASSIGN_OR_RETURN(auto decoded, wire::DecodeOtlpTraces(std::move(next->request.body), {}));
    counter.Add(decoded.batch);
  }
  WorkloadFacts facts = counter.Take(
      *workload, RequestSource::WholeTraces(*workload, options.spans, options.spans_per_request));
  facts.wire_bytes = wire_bytes;
  return facts;
}

std::string WorkloadFactsText(const WorkloadFacts& facts) {
  std::string out;
  double spans = std::max<double>(static_cast<double>(facts.spans), 1);
  double traces = std::max<double>(static_cast<double>(facts.traces), 1);
  AppendLine(out, "spans", std::to_string(facts.spans));
  AppendLine(out, "traces", std::to_string(facts.traces));
  AppendLine(out, "spans a whole trace", Text(facts.spans_per_trace));
  AppendLine(out, "services", std::to_string(facts.services));
  AppendLine(out, "span names", std::to_string(facts.span_names));
  AppendLine(out, "resources", std::to_string(facts.resources));
  AppendLine(out, "attributes a resource", Text(facts.attributes_per_resource));
  AppendLine(out, "attributes a span", Text(facts.attributes_per_span));
  AppendLine(out, "text attributes a span",
             Text(static_cast<double>(facts.string_attribute_count) / spans));
  AppendLine(out, "span attribute keys", std::to_string(facts.attribute_keys));
  AppendLine(out, "distinct texts a key", Text(facts.values_per_key));
  AppendLine(out, "traces with an error, %",
             Text(100 * static_cast<double>(facts.traces_with_error) / traces));
  AppendLine(out, "exception events", std::to_string(facts.exception_events));
  AppendLine(out, "bytes of a stack", Text(facts.stack_bytes));
  AppendLine(out, "wire bytes a span", Text(static_cast<double>(facts.wire_bytes) / spans));
  AppendLine(out, "roots start within, s", Text(facts.start_spread_seconds));
  return out;
}

}  // namespace spanhound::load
