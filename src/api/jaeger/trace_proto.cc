// model.proto of jaeger.api_v2; field numbers are its own.
#include "api/jaeger/trace_proto.h"

#include <string_view>

#include "wire/jaeger/jaeger_key_value.h"
#include "wire/proto_time.h"
#include "wire/proto_writer.h"

namespace spanhound::api {
namespace {

using model::Span;
using wire::ProtoWriter;

void WriteTags(ProtoWriter& writer, uint32_t field, JaegerTrace::Tags tags) {
  for (const model::Attribute& tag : tags) wire::WriteJaegerKeyValue(writer, field, tag);
}

void WriteReference(ProtoWriter& writer, const JaegerReference& reference) {
  writer.Bytes(1, reference.trace_id.view());
  writer.Bytes(2, reference.span_id.view());
  writer.Varint(3, reference.is_child_of ? 0 : 1);
}

// Spans that follow each other mostly have one process, whose bytes are made once.
class SpansWriter {
 public:
  SpansWriter(JaegerTrace& trace, std::string& bytes) : trace_(trace), writer_(bytes) {}

  void Write(const Span& span) {
    writer_.Message(1, [&] { WriteFields(span); });
  }

 private:
  void WriteFields(const Span& span) {
    writer_.Bytes(1, span.trace_id.view());
    writer_.Bytes(2, span.span_id.view());
    writer_.Bytes(3, span.name);
    for (const JaegerReference& reference : trace_.ReferencesOf(span)) {
      writer_.Message(4, [&] { WriteReference(writer_, reference); });
    }
    writer_.Varint(5, JaegerTrace::FlagsOf(span));
    wire::WriteProtoTime(writer_, 6, span.start_unix_nanos);
    wire::WriteProtoTime(writer_, 7, span.duration_nanos());
    WriteTags(writer_, 8, trace_.TagsOf(span));
    for (const model::SpanEvent& event : span.events) {
      writer_.Message(9, [&] {
        wire::WriteProtoTime(writer_, 1, event.time_unix_nanos);
        WriteTags(writer_, 2, trace_.FieldsOf(event));
      });
    }
    writer_.BytesAlways(10, ProcessOf(span));
    writer_.Bytes(12, trace_.WarningOf(span));
  }

  std::string_view ProcessOf(const Span& span) {
    if (process_resource_ == &trace_.batch().resource_of(span)) return process_;
    process_resource_ = &trace_.batch().resource_of(span);
    process_.clear();
    ProtoWriter writer(process_);
    writer.Bytes(1, process_resource_->service_name());
    WriteTags(writer, 2, trace_.ProcessTagsOf(*process_resource_));
    return process_;
  }

  JaegerTrace& trace_;
  ProtoWriter writer_;
  const model::Resource* process_resource_ = nullptr;
  std::string process_;
};

}  // namespace

std::string EncodeSpansChunk(JaegerTrace& trace, std::span<const Span> spans) {
  std::string bytes;
  SpansWriter writer(trace, bytes);
  for (const Span& span : spans) writer.Write(span);
  return bytes;
}

}  // namespace spanhound::api
