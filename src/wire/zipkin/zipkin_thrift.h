// Zipkin's first format in Thrift: list<zipkincore.Span>, in TBinaryProtocol as POSTed to
// :9411/api/v1/spans. Counts are checked against the bytes that are left before anything is
// allocated. Pure functions; INVALID_ARGUMENT names the place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"
#include "wire/thrift_reader.h"
#include "wire/zipkin/zipkin_spans.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeZipkinThrift(std::string bytes,
                                                     const RequestLimits& limits);

// The list alone, wherever it is inside a message. The caller asks both arguments for errors.
void ReadZipkinThriftSpans(ThriftReader& reader, ZipkinSpans* spans);

}  // namespace spanhound::wire
