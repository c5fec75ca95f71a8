// logs.proto, both ways; field numbers are its own.
#include "wire/otlp/otlp.h"
#include "wire/otlp/otlp_encode.h"
#include "wire/otlp/otlp_groups.h"
#include "wire/otlp/otlp_values.h"
#include "wire/proto_reader.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {
namespace {

using model::LogBatch;
using model::LogRecord;

class LogRecordDecoder {
 public:
  explicit LogRecordDecoder(OtlpValues& values) : values_(values) {}

  bool operator()(std::string_view bytes, LogRecord* record, const char** rejection) {
    RepeatedField attributes;
    std::string_view trace_id;
    std::string_view span_id;
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case Fixed64Tag(1): record->time_unix_nanos = reader.value(); break;
        case VarintTag(2): record->severity_number = SeverityFromNumber(reader.value()); break;
        case BytesTag(3): record->severity_text = reader.bytes(); break;
        case BytesTag(5):
          if (!values_.AnyValue(reader.bytes(), &record->body)) return false;
          break;
        case BytesTag(6): attributes.Note(reader); break;
        case VarintTag(7):
          record->dropped_attributes_count = static_cast<uint32_t>(reader.value());
          break;
        case Fixed32Tag(8): record->flags = static_cast<uint32_t>(reader.value()); break;
        case BytesTag(9): trace_id = reader.bytes(); break;
        case BytesTag(10): span_id = reader.bytes(); break;
        case Fixed64Tag(11): record->observed_time_unix_nanos = reader.value(); break;
        case BytesTag(12): record->event_name = reader.bytes(); break;
        default: break;
      }
    }
    if (!values_.Finish(reader)) return false;
    *rejection = SetIds(trace_id, span_id, record);
    return *rejection != nullptr ||
           values_.Attributes(attributes, BytesTag(6), reader.end(), &record->attributes);
  }

 private:
  // Both ids are optional; zero bytes mean the same as none.
  static const char* SetIds(std::string_view trace_id, std::string_view span_id,
                            LogRecord* record) {
    if (!trace_id.empty() && !record->trace_id.SetBytes(trace_id)) {
      return "trace id is not 16 bytes long";
    }
    if (!span_id.empty() && !record->span_id.SetBytes(span_id)) {
      return "span id is not 8 bytes long";
    }
    return nullptr;
  }

  static uint8_t SeverityFromNumber(uint64_t number) {
    return number <= UINT8_MAX ? static_cast<uint8_t>(number) : 0;
  }

  OtlpValues& values_;
};

void WriteLogRecord(ProtoWriter& writer, const LogRecord& record) {
  writer.Fixed64(1, record.time_unix_nanos);
  writer.Varint(2, record.severity_number);
  writer.Bytes(3, record.severity_text);
  if (record.body.type != model::ValueType::kEmpty) {
    writer.Message(5, [&] { WriteOtlpValue(writer, record.body); });
  }
  WriteOtlpAttributes(writer, 6, record.attributes);
  writer.Varint(7, record.dropped_attributes_count);
  writer.Fixed32(8, record.flags);
  if (!record.trace_id.is_zero()) writer.Bytes(9, record.trace_id.view());
  if (!record.span_id.is_zero()) writer.Bytes(10, record.span_id.view());
  writer.Fixed64(11, record.observed_time_unix_nanos);
  writer.Bytes(12, record.event_name);
}

}  // namespace

Result<Decoded<LogBatch>> DecodeOtlpLogs(std::string bytes, const RequestLimits& limits) {
  Decoded<LogBatch> decoded;
  LogBatch& batch = decoded.batch;
  const std::string_view request = batch.memory.Adopt(std::move(bytes));
  RETURN_IF_ERROR(CheckRequestSize(request));
  DecodeMemory memory(batch.memory.arena(), limits);
  OtlpValues values(request, memory, limits);
  OtlpGroups groups(values, decoded, batch.records, "log record", LogRecordDecoder(values));
  if (!groups.Request(request)) return values.status();
  return decoded;
}

std::string EncodeOtlpLogs(const LogBatch& batch) {
  return EncodeOtlpGroups(batch, batch.records, WriteLogRecord);
}

}  // namespace spanhound::wire
