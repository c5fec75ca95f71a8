#include "jaeger_batch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "otlp_span_view.h"
#include "thrift_writer.h"

namespace spanhound::sdk {
namespace {

enum TagType : std::int32_t {
  kStringTag = 0,
  kDoubleTag = 1,
  kBoolTag = 2,
  kLongTag = 3,
  kBinaryTag = 4
};
using Tags = std::vector<AttributeView>;

// The eight bytes at `at`, big-endian; 0 when there are none.
std::int64_t ReadId(std::string_view bytes, std::size_t at = 0) {
  if (bytes.size() < at + 8) return 0;
  std::uint64_t id = 0;
  for (const char c : bytes.substr(at, 8)) id = id << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(id);
}

template <typename Writer>
void WriteTags(Writer* out, std::int16_t id, const Tags& tags) {
  out->BeginStructList(id, tags.size());
  for (const AttributeView& tag : tags) {
    out->BeginElement();
    out->String(1, tag.key);
    switch (tag.type) {
      case AttributeView::Type::kBool:
        out->I32(2, kBoolTag);
        out->Bool(5, tag.integer != 0);
        break;
      case AttributeView::Type::kInt:
        out->I32(2, kLongTag);
        out->I64(6, tag.integer);
        break;
      case AttributeView::Type::kDouble:
        out->I32(2, kDoubleTag);
        out->Double(4, tag.number);
        break;
      case AttributeView::Type::kBytes:
        out->I32(2, kBinaryTag);
        out->String(7, tag.bytes);
        break;
      default: out->I32(2, kStringTag); out->String(3, ValueText(tag));
    }
    out->EndStruct();
  }
}

void AddText(Tags* tags, std::string_view key, std::string_view text) {
  if (!text.empty()) tags->push_back({.key = key, .bytes = text});
}

Tags SpanTags(const SpanView& span, const Scope& scope) {
  Tags tags = span.attributes;
  AddText(&tags, "span.kind", KindName(span.kind));
  if (span.status == 1) AddText(&tags, "otel.status_code", "OK");
  if (span.status == 2) {
    AddText(&tags, "otel.status_code", "ERROR");
    AddText(&tags, "otel.status_description", span.status_message);
    const bool told = std::any_of(tags.begin(), tags.end(),
                                  [](const AttributeView& tag) { return tag.key == "error"; });
    if (!told) {
      tags.push_back({.key = "error", .type = AttributeView::Type::kBool, .integer = 1});
    }
  }
  AddText(&tags, "otel.scope.name", scope.name);
  AddText(&tags, "otel.scope.version", scope.version);
  AddText(&tags, "w3c.tracestate", span.trace_state);
  return tags;
}

template <typename Writer>
void WriteLogs(Writer* out, const std::vector<EventView>& events) {
  out->BeginStructList(11, events.size());
  for (const EventView& event : events) {
    Tags fields;
    AddText(&fields, "event", event.name);
    fields.insert(fields.end(), event.attributes.begin(), event.attributes.end());
    out->BeginElement();
    out->I64(1, event.time_ns / 1000);
    WriteTags(out, 2, fields);
    out->EndStruct();
  }
}

template <typename Writer>
void WriteReferences(Writer* out, const std::vector<LinkView>& links) {
  constexpr std::int32_t kFollowsFrom = 1;
  out->BeginStructList(6, links.size());
  for (const LinkView& link : links) {
    out->BeginElement();
    out->I32(1, kFollowsFrom);
    out->I64(2, ReadId(link.trace_id, 8));
    out->I64(3, ReadId(link.trace_id));
    out->I64(4, ReadId(link.span_id));
    out->EndStruct();
  }
}

template <typename Writer>
void WriteSpan(Writer* out, const EncodedRecord& record) {
  const SpanView span = ViewSpan(record.bytes);
  out->BeginElement();
  out->I64(1, ReadId(span.trace_id, 8));
  out->I64(2, ReadId(span.trace_id));
  out->I64(3, ReadId(span.span_id));
  out->I64(4, ReadId(span.parent_span_id));
  out->String(5, span.name);
  if (!span.links.empty()) WriteReferences(out, span.links);
  out->I32(7, static_cast<std::int32_t>(span.flags & 1));
  out->I64(8, span.start_ns / 1000);
  out->I64(9, (span.end_ns - span.start_ns) / 1000);
  WriteTags(out, 10, SpanTags(span, *record.scope));
  if (!span.events.empty()) WriteLogs(out, span.events);
  out->EndStruct();
}

template <typename Writer>
void WriteProcess(Writer* out, const Resource& resource) {
  Tags tags;
  for (const auto& [key, value] : resource.texts) {
    if (key != "service.name") tags.push_back({.key = key, .bytes = value});
  }
  for (const auto& [key, value] : resource.numbers) {
    tags.push_back({.key = key, .type = AttributeView::Type::kInt, .integer = value});
  }
  const auto service = resource.texts.find("service.name");
  out->BeginStruct(1);
  out->String(1, service == resource.texts.end() ? "" : service->second);
  WriteTags(out, 2, tags);
  out->EndStruct();
}

// emitBatch(1: Batch) around spans written before.
std::string Packet(const Resource& resource, const std::vector<std::string>& spans) {
  CompactThriftWriter out;
  out.BeginOneway("emitBatch");
  out.BeginStruct(1);
  WriteProcess(&out, resource);
  out.BeginStructList(2, spans.size());
  for (const std::string& span : spans) out.Append(span);
  out.EndStruct();
  out.EndStruct();
  return out.Take();
}

}  // namespace

std::string EncodeJaegerBatch(const Resource& resource, std::span<const EncodedRecord> spans) {
  BinaryThriftWriter out;
  WriteProcess(&out, resource);
  out.BeginStructList(2, spans.size());
  for (const EncodedRecord& span : spans) WriteSpan(&out, span);
  out.EndStruct();
  return out.Take();
}

std::vector<AgentPacket> EncodeAgentPackets(const Resource& resource,
                                            std::span<const EncodedRecord> spans,
                                            std::uint64_t* too_large) {
  constexpr std::size_t kListBytes = 8;  // how much more a longer list's header may take
  const std::size_t empty = Packet(resource, {}).size() + kListBytes;
  std::vector<AgentPacket> packets;
  std::vector<std::string> waiting;
  std::size_t bytes = empty;
  const auto close = [&] {
    if (!waiting.empty()) packets.push_back({Packet(resource, waiting), waiting.size()});
    waiting.clear();
    bytes = empty;
  };
  *too_large = 0;
  for (const EncodedRecord& record : spans) {
    CompactThriftWriter out;
    WriteSpan(&out, record);
    std::string span = out.Take();
    if (empty + span.size() > kAgentPacketBytesMax) {
      ++*too_large;
      continue;
    }
    if (bytes + span.size() > kAgentPacketBytesMax) close();
    bytes += span.size();
    waiting.push_back(std::move(span));
  }
  close();
  return packets;
}

}  // namespace spanhound::sdk
