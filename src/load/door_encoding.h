// The spans of an OTLP request as other doors take them: Zipkin's formats, or one log line a span
// for the doors of logs. Decoded and written anew, as a client of that door would. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "model/span_batch.h"

namespace spanhound::load {

std::string EncodeZipkinJson(const model::SpanBatch& batch);
std::string EncodeZipkinProto(const model::SpanBatch& batch);
// A _bulk of "create" actions.
std::string EncodeElasticsearchBulk(const model::SpanBatch& batch);
// One PackedForward message that asks to be acknowledged as `chunk`.
std::string EncodeFluentForward(const model::SpanBatch& batch, std::string_view chunk);

}  // namespace spanhound::load
