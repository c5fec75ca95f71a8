// Export{Trace,Logs}ServiceResponse { 1 partial_success { 1 rejected count, 2 error message } }:
// the same numbers for every signal.
#include "base/utf8.h"
#include "wire/otlp/otlp.h"
#include "wire/proto_reader.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {
namespace {

Status Malformed(const ProtoReader& reader) {
  if (reader.error() == nullptr) return Status::Ok();
  return InvalidArgument(std::string("response: ") + reader.error());
}

Status ReadPartialSuccess(std::string_view bytes, OtlpPartialSuccess* partial) {
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == VarintTag(1)) {
      partial->rejected_count = static_cast<int64_t>(reader.value());
    } else if (reader.tag() == BytesTag(2)) {
      partial->message = reader.bytes();
    }
  }
  return Malformed(reader);
}

}  // namespace

std::string EncodeOtlpResponse(uint64_t rejected_count, std::string_view message) {
  std::string out;
  if (rejected_count == 0 && message.empty()) return out;
  ProtoWriter writer(out);
  writer.Message(1, [&] {
    writer.Varint(1, rejected_count);
    writer.Bytes(2, ReplaceInvalidUtf8(message));
  });
  return out;
}

Result<OtlpPartialSuccess> DecodeOtlpResponse(std::string_view bytes) {
  OtlpPartialSuccess partial;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) RETURN_IF_ERROR(ReadPartialSuccess(reader.bytes(), &partial));
  }
  RETURN_IF_ERROR(Malformed(reader));
  return partial;
}

}  // namespace spanhound::wire
