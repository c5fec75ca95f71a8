// Columns of events and links: how many every row has, then the fields of all of them as columns.
// Pure functions; reading is false on damaged bytes or past the budget.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/span_batch.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

using EventRows = std::vector<std::span<const model::SpanEvent>>;
using LinkRows = std::vector<std::span<const model::SpanLink>>;

void AppendEvents(std::string& out, const EventRows& rows);
bool ReadEvents(ByteReader& in, size_t row_count, DecodeMemory& memory, EventRows* rows);

void AppendLinks(std::string& out, const LinkRows& rows);
bool ReadLinks(ByteReader& in, size_t row_count, DecodeMemory& memory, LinkRows* rows);

}  // namespace spanhound::store
