#include "load/door_encoding.h"

#include "base/json_writer.h"
#include "wire/proto_writer.h"

namespace spanhound::load {
namespace {

using model::Span;
using model::SpanKind;

constexpr uint64_t kNanosPerMicro = 1000;
constexpr uint64_t kNanosPerSecond = 1'000'000'000;

std::string_view ZipkinKind(SpanKind kind) {
  switch (kind) {
    case SpanKind::kClient: return "CLIENT";
    case SpanKind::kServer: return "SERVER";
    case SpanKind::kProducer: return "PRODUCER";
    case SpanKind::kConsumer: return "CONSUMER";
    default: return "";
  }
}

uint64_t ZipkinKindNumber(SpanKind kind) {
  switch (kind) {
    case SpanKind::kClient: return 1;
    case SpanKind::kServer: return 2;
    case SpanKind::kProducer: return 3;
    case SpanKind::kConsumer: return 4;
    default: return 0;
  }
}

void WriteZipkinSpan(JsonWriter& json, const model::SpanBatch& batch, const Span& span) {
  json.BeginObject();
  json.Field("traceId", std::string_view(span.trace_id.ToHex()));
  json.Field("id", std::string_view(span.span_id.ToHex()));
  if (!span.parent_span_id.is_zero()) {
    json.Field("parentId", std::string_view(span.parent_span_id.ToHex()));
  }
  if (const std::string_view kind = ZipkinKind(span.kind); !kind.empty()) json.Field("kind", kind);
  json.Field("name", span.name);
  json.Field("timestamp", static_cast<int64_t>(span.start_unix_nanos / kNanosPerMicro));
  json.Field("duration", static_cast<int64_t>(span.duration_nanos() / kNanosPerMicro));
  json.Key("localEndpoint");
  json.BeginObject();
  json.Field("serviceName", batch.resource_of(span).service_name());
  json.EndObject();
  json.Key("annotations");
  json.BeginArray();
  for (const model::SpanEvent& event : span.events) {
    json.BeginObject();
    json.Field("timestamp", static_cast<int64_t>(event.time_unix_nanos / kNanosPerMicro));
    json.Field("value", event.name);
    json.EndObject();
  }
  json.EndArray();
  json.Key("tags");
  json.BeginObject();
  for (const model::Attribute& attribute : span.attributes) {
    json.Field(attribute.key, std::string_view(ToText(attribute.value)));
  }
  json.EndObject();
  json.EndObject();
}

void WriteZipkinSpan(wire::ProtoWriter& proto, const model::SpanBatch& batch, const Span& span) {
  proto.Bytes(1, span.trace_id.view());
  if (!span.parent_span_id.is_zero()) proto.Bytes(2, span.parent_span_id.view());
  proto.Bytes(3, span.span_id.view());
  proto.Varint(4, ZipkinKindNumber(span.kind));
  proto.Bytes(5, span.name);
  proto.Fixed64(6, span.start_unix_nanos / kNanosPerMicro);
  proto.Varint(7, span.duration_nanos() / kNanosPerMicro);
  proto.Message(8, [&] { proto.Bytes(1, batch.resource_of(span).service_name()); });
  for (const model::SpanEvent& event : span.events) {
    proto.Message(10, [&] {
      proto.Fixed64(1, event.time_unix_nanos / kNanosPerMicro);
      proto.Bytes(2, event.name);
    });
  }
  for (const model::Attribute& attribute : span.attributes) {
    proto.Message(11, [&] {
      proto.Bytes(1, attribute.key);
      proto.Bytes(2, ToText(attribute.value));
    });
  }
}

void WriteLogDocument(JsonWriter& json, const model::SpanBatch& batch, const Span& span) {
  json.BeginObject();
  json.Field("@timestamp", static_cast<int64_t>(span.end_unix_nanos));
  json.Field("level", span.status_code == model::StatusCode::kError ? "error" : "info");
  json.Field("message", span.name);
  json.Field("service.name", batch.resource_of(span).service_name());
  json.Field("trace_id", std::string_view(span.trace_id.ToHex()));
  json.Field("span_id", std::string_view(span.span_id.ToHex()));
  for (const model::Attribute& attribute : span.attributes) {
    json.Field(attribute.key, std::string_view(ToText(attribute.value)));
  }
  json.EndObject();
}

class MsgpackWriter {
 public:
  explicit MsgpackWriter(std::string& out) : out_(out) {}

  void Array(uint32_t count) { Head('\xdd', count); }
  void Map(uint32_t count) { Head('\xdf', count); }
  void Text(std::string_view text) {
    Head('\xdb', static_cast<uint32_t>(text.size()));
    out_ += text;
  }
  void Binary(std::string_view bytes) {
    Head('\xc6', static_cast<uint32_t>(bytes.size()));
    out_ += bytes;
  }
  void EventTime(uint64_t unix_nanos) {
    out_ += std::string_view("\xd7\x00", 2);
    BigEndian(static_cast<uint32_t>(unix_nanos / kNanosPerSecond));
    BigEndian(static_cast<uint32_t>(unix_nanos % kNanosPerSecond));
  }

 private:
  void Head(char tag, uint32_t count) {
    out_ += tag;
    BigEndian(count);
  }
  void BigEndian(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(value >> shift);
  }

  std::string& out_;
};

void WriteLogEntry(MsgpackWriter& msgpack, const model::SpanBatch& batch, const Span& span) {
  msgpack.Array(2);
  msgpack.EventTime(span.end_unix_nanos);
  msgpack.Map(static_cast<uint32_t>(5 + span.attributes.size()));
  const auto field = [&](std::string_view key, std::string_view value) {
    msgpack.Text(key);
    msgpack.Text(value);
  };
  field("level", span.status_code == model::StatusCode::kError ? "error" : "info");
  field("log", span.name);
  field("service.name", batch.resource_of(span).service_name());
  field("trace_id", span.trace_id.ToHex());
  field("span_id", span.span_id.ToHex());
  for (const model::Attribute& attribute : span.attributes) {
    field(attribute.key, ToText(attribute.value));
  }
}

}  // namespace

std::string EncodeZipkinJson(const model::SpanBatch& batch) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  for (const Span& span : batch.spans) WriteZipkinSpan(json, batch, span);
  json.EndArray();
  return out;
}

std::string EncodeZipkinProto(const model::SpanBatch& batch) {
  std::string out;
  wire::ProtoWriter proto(out);
  for (const Span& span : batch.spans) {
    proto.Message(1, [&] { WriteZipkinSpan(proto, batch, span); });
  }
  return out;
}

std::string EncodeElasticsearchBulk(const model::SpanBatch& batch) {
  std::string out;
  for (const Span& span : batch.spans) {
    out += "{\"create\":{\"_index\":\"load\"}}\n";
    JsonWriter json(out);
    WriteLogDocument(json, batch, span);
    out += '\n';
  }
  return out;
}

std::string EncodeFluentForward(const model::SpanBatch& batch, std::string_view chunk) {
  std::string entries;
  MsgpackWriter packed(entries);
  for (const Span& span : batch.spans) WriteLogEntry(packed, batch, span);
  std::string out;
  MsgpackWriter message(out);
  message.Array(3);
  message.Text("load");
  message.Binary(entries);
  message.Map(1);
  message.Text("chunk");
  message.Text(chunk);
  return out;
}

}  // namespace spanhound::load
