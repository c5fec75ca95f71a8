#include "wire/jaeger/agent_call.h"

#include <string_view>

#include "wire/jaeger/jaeger_thrift.h"
#include "wire/thrift_reader.h"
#include "wire/zipkin/zipkin_thrift.h"

namespace spanhound::wire {
namespace {

Status ReadZipkinBatch(ThriftReader& reader, const RequestLimits& limits,
                       Decoded<model::SpanBatch>* decoded) {
  ZipkinSpans spans(limits, decoded);
  ReadZipkinThriftSpans(reader, &spans);
  return spans.status();
}

}  // namespace

Result<Decoded<model::SpanBatch>> DecodeAgentCall(std::string bytes, const RequestLimits& limits) {
  Decoded<model::SpanBatch> decoded;
  ThriftReader reader(decoded.batch.memory.Adopt(std::move(bytes)));
  const std::string_view method = reader.CallName();
  const bool is_jaeger = method == "emitBatch";
  const bool is_zipkin = method == "emitZipkinBatch";
  if (reader.ok() && !is_jaeger && !is_zipkin) {
    return InvalidArgument("not a call of emitBatch or emitZipkinBatch");
  }
  bool has_batch = false;
  ThriftReader::Field field;
  while (reader.NextField(&field)) {
    if (is_jaeger && !has_batch && field.Is(1, ThriftType::kStruct)) {
      has_batch = true;
      RETURN_IF_ERROR(ReadJaegerThriftBatch(reader, limits, &decoded));
    } else if (is_zipkin && !has_batch && field.Is(1, ThriftType::kList)) {
      has_batch = true;
      RETURN_IF_ERROR(ReadZipkinBatch(reader, limits, &decoded));
    } else {
      reader.Skip(field);
    }
  }
  if (!reader.ok()) {
    return InvalidArgument("byte " + std::to_string(reader.offset()) + ": " + reader.error());
  }
  if (!has_batch) return InvalidArgument("the call has no batch");
  return decoded;
}

}  // namespace spanhound::wire
