#include "wire/otlp/rpc_status.h"

#include "base/json_writer.h"
#include "base/utf8.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {
namespace {

// google/rpc/status.proto: 1 code, 2 message, 3 details (google.protobuf.Any: 1 type URL, 2 value).
void WriteStatus(ProtoWriter& writer, const Status& status) {
  writer.Varint(1, static_cast<uint64_t>(status.code()));
  writer.Bytes(2, ReplaceInvalidUtf8(status.message()));
}

// google.rpc.RetryInfo: 1 retry_delay (google.protobuf.Duration: 1 seconds, 2 nanos).
std::string EncodeRetryInfo(uint32_t retry_delay_ms) {
  std::string out;
  ProtoWriter writer(out);
  writer.Message(1, [&] {
    writer.Varint(1, retry_delay_ms / 1000);
    writer.Varint(2, uint64_t{retry_delay_ms % 1000} * 1'000'000);
  });
  return out;
}

}  // namespace

std::string EncodeRpcStatus(const Status& status) {
  std::string out;
  ProtoWriter writer(out);
  WriteStatus(writer, status);
  return out;
}

std::string EncodeRpcStatusWithRetry(const Status& status, uint32_t retry_delay_ms) {
  std::string out;
  ProtoWriter writer(out);
  WriteStatus(writer, status);
  writer.Message(3, [&] {
    writer.Bytes(1, "type.googleapis.com/google.rpc.RetryInfo");
    writer.Bytes(2, EncodeRetryInfo(retry_delay_ms));
  });
  return out;
}

std::string EncodeRpcStatusJson(const Status& status) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Field("code", static_cast<int64_t>(status.code()));
  json.Field("message", status.message());
  json.EndObject();
  return out;
}

}  // namespace spanhound::wire
