#include "jaeger_batch.h"

#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/trace/trace_state.h>

#include <map>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json_text.h"
#include "thrift_writer.h"

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::sdk::common;
namespace sdk_trace = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;

enum TagType : std::int32_t {
  kStringTag = 0,
  kDoubleTag = 1,
  kBoolTag = 2,
  kLongTag = 3,
  kBinaryTag = 4
};

std::int64_t ReadId(const std::uint8_t* bytes) {
  std::uint64_t id = 0;
  for (int i = 0; i < 8; ++i) id = id << 8 | bytes[i];
  return static_cast<std::int64_t>(id);
}

std::int64_t Micros(std::chrono::nanoseconds time) { return time.count() / 1000; }

// Jaeger has no array tags; the rule is to write them as JSON.
template <typename T>
std::string JsonArray(const std::vector<T>& values) {
  std::string json = "[";
  for (const auto& value : values) {
    if (json.size() > 1) json += ',';
    if constexpr (std::is_same_v<T, std::string>) {
      AppendJsonString(&json, value);
    } else if constexpr (std::is_same_v<T, bool>) {
      json += value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, double>) {
      AppendJsonNumber(&json, value);
    } else {
      json += std::to_string(value);
    }
  }
  return json + "]";
}

class TagWriter {
 public:
  explicit TagWriter(ThriftWriter* out) : out_(*out) {}

  void operator()(std::string_view key, const common::OwnedAttributeValue& value) {
    absl::visit([&](const auto& typed) { Write(key, typed); }, value);
  }
  void Write(std::string_view key, std::string_view value) {
    Begin(key, kStringTag);
    out_.String(3, value);
    out_.EndStruct();
  }
  void Write(std::string_view key, bool value) {
    Begin(key, kBoolTag);
    out_.Bool(5, value);
    out_.EndStruct();
  }
  void Write(std::string_view key, double value) {
    Begin(key, kDoubleTag);
    out_.Double(4, value);
    out_.EndStruct();
  }
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void Write(std::string_view key,
                                                                         T value) {
    Begin(key, kLongTag);
    out_.I64(6, static_cast<std::int64_t>(value));
    out_.EndStruct();
  }
  void Write(std::string_view key, const std::vector<std::uint8_t>& value) {
    Begin(key, kBinaryTag);
    out_.String(7, {reinterpret_cast<const char*>(value.data()), value.size()});
    out_.EndStruct();
  }
  template <typename T>
  void Write(std::string_view key, const std::vector<T>& values) {
    Write(key, std::string_view(JsonArray(values)));
  }

 private:
  void Begin(std::string_view key, TagType type) {
    out_.String(1, key);
    out_.I32(2, type);
  }
  ThriftWriter& out_;
};

// Tags in order of their keys, so that equal spans give equal bytes.
using Tags = std::map<std::string, common::OwnedAttributeValue>;

void WriteTags(ThriftWriter* out, std::int16_t id, const Tags& tags) {
  out->BeginStructList(id, tags.size());
  TagWriter write(out);
  for (const auto& [key, value] : tags) write(key, value);
}

template <typename Map>
Tags Sorted(const Map& attributes) {
  return {attributes.begin(), attributes.end()};
}

std::string_view KindName(trace::SpanKind kind) {
  switch (kind) {
    case trace::SpanKind::kServer: return "server";
    case trace::SpanKind::kClient: return "client";
    case trace::SpanKind::kProducer: return "producer";
    case trace::SpanKind::kConsumer: return "consumer";
    case trace::SpanKind::kInternal: return "internal";
  }
  return "internal";
}

Tags SpanTags(const sdk_trace::SpanData& span) {
  Tags tags = Sorted(span.GetAttributes());
  tags["span.kind"] = std::string(KindName(span.GetSpanKind()));
  if (span.GetStatus() == trace::StatusCode::kOk) tags["otel.status_code"] = std::string("OK");
  if (span.GetStatus() == trace::StatusCode::kError) {
    tags["otel.status_code"] = std::string("ERROR");
    tags["error"] = true;
    const std::string description(span.GetDescription());
    if (!description.empty()) tags["otel.status_description"] = description;
  }
  const auto& scope = span.GetInstrumentationScope();
  if (!scope.GetName().empty()) tags["otel.scope.name"] = scope.GetName();
  if (!scope.GetVersion().empty()) tags["otel.scope.version"] = scope.GetVersion();
  const auto state = span.GetSpanContext().trace_state();
  if (state != nullptr && !state->Empty()) tags["w3c.tracestate"] = state->ToHeader();
  return tags;
}

void WriteLogs(ThriftWriter* out, const std::vector<sdk_trace::SpanDataEvent>& events) {
  out->BeginStructList(11, events.size());
  for (const auto& event : events) {
    Tags fields = Sorted(event.GetAttributes());
    fields.try_emplace("event", event.GetName());
    out->I64(1, Micros(event.GetTimestamp().time_since_epoch()));
    WriteTags(out, 2, fields);
    out->EndStruct();
  }
}

void WriteReferences(ThriftWriter* out, const std::vector<sdk_trace::SpanDataLink>& links) {
  constexpr std::int32_t kFollowsFrom = 1;
  out->BeginStructList(6, links.size());
  for (const auto& link : links) {
    const trace::SpanContext& target = link.GetSpanContext();
    out->I32(1, kFollowsFrom);
    out->I64(2, ReadId(target.trace_id().Id().data() + 8));
    out->I64(3, ReadId(target.trace_id().Id().data()));
    out->I64(4, ReadId(target.span_id().Id().data()));
    out->EndStruct();
  }
}

void WriteSpan(ThriftWriter* out, const sdk_trace::SpanData& span) {
  const trace::TraceId trace_id = span.GetTraceId();
  const std::string name(span.GetName());
  out->I64(1, ReadId(trace_id.Id().data() + 8));
  out->I64(2, ReadId(trace_id.Id().data()));
  out->I64(3, ReadId(span.GetSpanId().Id().data()));
  out->I64(4, ReadId(span.GetParentSpanId().Id().data()));
  out->String(5, name);
  if (!span.GetLinks().empty()) WriteReferences(out, span.GetLinks());
  out->I32(7, span.GetSpanContext().IsSampled() ? 1 : 0);
  out->I64(8, Micros(span.GetStartTime().time_since_epoch()));
  out->I64(9, Micros(span.GetDuration()));
  WriteTags(out, 10, SpanTags(span));
  if (!span.GetEvents().empty()) WriteLogs(out, span.GetEvents());
  out->EndStruct();
}

void WriteProcess(ThriftWriter* out, const opentelemetry::sdk::resource::Resource& resource) {
  Tags tags = Sorted(resource.GetAttributes());
  std::string service;
  if (const auto found = tags.find("service.name"); found != tags.end()) {
    if (const auto* text = absl::get_if<std::string>(&found->second)) service = *text;
    tags.erase(found);
  }
  out->BeginStruct(1);
  out->String(1, service);
  WriteTags(out, 2, tags);
  out->EndStruct();
}

}  // namespace

std::string EncodeJaegerBatch(const SpanRecords& spans) {
  std::vector<const sdk_trace::SpanData*> data;
  for (const auto& recordable : spans) {
    data.push_back(static_cast<const sdk_trace::SpanData*>(recordable.get()));
  }
  ThriftWriter out;
  // One provider, one resource: the first span speaks for all.
  WriteProcess(&out, data.empty() ? opentelemetry::sdk::resource::Resource::GetEmpty()
                                  : data.front()->GetResource());
  out.BeginStructList(2, data.size());
  for (const sdk_trace::SpanData* span : data) WriteSpan(&out, *span);
  out.EndStruct();
  return out.Take();
}

}  // namespace spanhound::sdk
