// Columns of ids. Trace ids as runs (rows of a trace come together), span ids as they are (they
// are random), parents as the distance to their row. Pure functions; false on damaged bytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/ids.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

using TraceIds = std::vector<model::TraceId>;
using SpanIds = std::vector<model::SpanId>;

void AppendTraceIds(std::string& out, std::span<const model::TraceId> ids);
bool ReadTraceIds(ByteReader& in, size_t count, DecodeMemory& memory, TraceIds* ids);

void AppendSpanIds(std::string& out, std::span<const model::SpanId> ids);
bool ReadSpanIds(ByteReader& in, size_t count, DecodeMemory& memory, SpanIds* ids);

void AppendParents(std::string& out, std::span<const model::TraceId> trace_ids,
                   std::span<const model::SpanId> span_ids, std::span<const model::SpanId> parents);
bool ReadParents(ByteReader& in, std::span<const model::SpanId> span_ids, DecodeMemory& memory,
                 SpanIds* parents);

}  // namespace spanhound::store
