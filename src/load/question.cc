#include "load/question.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/json_writer.h"
#include "net/http/percent_encoding.h"
#include "wire/otlp/otlp.h"

namespace spanhound::load {
namespace {

constexpr int kDrawsMax = 20'000;  // what is rarer than that does not count as part of a workload
constexpr uint64_t kNanosPerMilli = 1'000'000;
constexpr std::string_view kAbsentValue = "no such value";
constexpr std::string_view kAbsentKey = "no.such.key";

model::SpanBatch TraceNumber(const Workload& workload, uint64_t number) {
  SpanQueue queue;
  workload.AppendTrace(number, queue);
  auto decoded = wire::DecodeOtlpTraces(queue.TakeRequest(queue.span_count(), workload).body, {});
  CHECK(decoded.ok());  // our own encoding
  return std::move(decoded->batch);
}

const model::Attribute* RareAttribute(const Workload& workload, const model::Span& span,
                                      Random& random) {
  std::vector<const model::Attribute*> rare;
  for (const model::Attribute& attribute : span.attributes) {
    bool is_asked = workload.rare_key().empty() || attribute.key == workload.rare_key();
    if (is_asked && attribute.value.type == model::ValueType::kString) rare.push_back(&attribute);
  }
  return rare.empty() ? nullptr : rare[random.Below(rare.size())];
}

bool IsWanted(const Workload& workload, const model::Span& span, Want want, bool has_rare) {
  switch (want) {
    case Want::kAny: return true;
    case Want::kSlow: return span.duration_nanos() >= workload.rare_duration_ms() * kNanosPerMilli;
    case Want::kError: return span.status_code == model::StatusCode::kError;
    case Want::kRareValue: return has_rare;
  }
  return false;
}

KnownSpan Describe(const model::SpanBatch& batch, const model::Span& span,
                   const model::Attribute* rare) {
  KnownSpan known{.trace_id = span.trace_id,
                  .spans_of_trace = batch.spans.size(),
                  .service = std::string(batch.resource_of(span).service_name()),
                  .operation = std::string(span.name),
                  .key = {},
                  .value = {}};
  if (rare != nullptr) {
    known.key = rare->key;
    known.value = rare->value.text();
  }
  return known;
}

Search OfService(const KnownSpan& span, const Workload&) {
  Search search;
  search.service = span.service;
  return search;
}

Search OfOperation(const KnownSpan& span, const Workload&) {
  Search search;
  search.service = span.service;
  search.operation = span.operation;
  return search;
}

Search SlowAnywhere(const KnownSpan&, const Workload& workload) {
  Search search;
  search.min_duration_nanos = workload.rare_duration_ms() * kNanosPerMilli;
  return search;
}

Search SlowOfService(const KnownSpan& span, const Workload& workload) {
  Search search = SlowAnywhere(span, workload);
  search.service = span.service;
  return search;
}

Search ErrorAnywhere(const KnownSpan&, const Workload&) {
  Search search;
  search.is_error = true;
  return search;
}

Search ErrorOfService(const KnownSpan& span, const Workload& workload) {
  Search search = ErrorAnywhere(span, workload);
  search.service = span.service;
  return search;
}

Search RareValueAnywhere(const KnownSpan& span, const Workload&) {
  Search search;
  search.key = span.key;
  search.value = span.value;
  return search;
}

Search RareValueOfService(const KnownSpan& span, const Workload& workload) {
  Search search = RareValueAnywhere(span, workload);
  search.service = span.service;
  return search;
}

Search AbsentValueAnywhere(const KnownSpan& span, const Workload&) {
  Search search;
  search.key = span.key;
  search.value = kAbsentValue;
  return search;
}

Search AbsentValueOfService(const KnownSpan& span, const Workload& workload) {
  Search search = AbsentValueAnywhere(span, workload);
  search.service = span.service;
  return search;
}

Search AbsentKeyOfService(const KnownSpan& span, const Workload& workload) {
  Search search = AbsentValueOfService(span, workload);
  search.key = kAbsentKey;
  return search;
}

void AppendTag(std::string& target, std::string_view key, std::string_view value) {
  std::string json = "{";
  AppendJsonString(json, key);
  json.push_back(':');
  AppendJsonString(json, value);
  target += "&tags=" + net::PercentEncode(json + "}");
}

}  // namespace

std::optional<KnownSpan> DrawSpanOf(const Workload& workload, uint64_t trace_number, Want want,
                                    Random& random) {
  model::SpanBatch batch = TraceNumber(workload, trace_number);
  size_t first = random.Below(batch.spans.size());
  for (size_t i = 0; i < batch.spans.size(); ++i) {
    const model::Span& span = batch.spans[(first + i) % batch.spans.size()];
    const model::Attribute* rare = RareAttribute(workload, span, random);
    if (IsWanted(workload, span, want, rare != nullptr)) return Describe(batch, span, rare);
  }
  return std::nullopt;
}

std::optional<KnownSpan> DrawSpan(const Workload& workload, uint64_t trace_count, Want want,
                                  Random& random) {
  for (int draw = 0; draw < kDrawsMax; ++draw) {
    auto span = DrawSpanOf(workload, random.Below(trace_count), want, random);
    if (span) return span;
  }
  return std::nullopt;
}

const std::vector<SearchKind>& SearchKinds() {
  static const std::vector<SearchKind> kinds = {
      {"service", Want::kAny, OfService},
      {"service + operation", Want::kAny, OfOperation},
      {"service + minimum duration", Want::kSlow, SlowOfService},
      {"minimum duration", Want::kSlow, SlowAnywhere},
      {"service + error", Want::kError, ErrorOfService},
      {"error", Want::kError, ErrorAnywhere},
      {"service + rare attribute value", Want::kRareValue, RareValueOfService},
      {"rare attribute value", Want::kRareValue, RareValueAnywhere},
      {"service + absent value", Want::kRareValue, AbsentValueOfService},
      {"absent value", Want::kRareValue, AbsentValueAnywhere},
      {"service + absent key", Want::kRareValue, AbsentKeyOfService},
  };
  return kinds;
}

std::string SearchTarget(std::string_view path, const Search& search, const TimeWindow& window) {
  std::string target(path);
  target += "?limit=" + std::to_string(kTracesPerAnswer) +
            "&start=" + std::to_string(window.start_micros) +
            "&end=" + std::to_string(window.end_micros);
  if (!search.service.empty()) target += "&service=" + net::PercentEncode(search.service);
  if (!search.operation.empty()) target += "&operation=" + net::PercentEncode(search.operation);
  if (search.min_duration_nanos > 0) {
    target += "&minDuration=" + std::to_string(search.min_duration_nanos / kNanosPerMilli) + "ms";
  }
  if (search.is_error) AppendTag(target, "error", "true");
  if (!search.key.empty()) AppendTag(target, search.key, search.value);
  return target;
}

}  // namespace spanhound::load
