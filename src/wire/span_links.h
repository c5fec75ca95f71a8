// What becomes of links whose ids are no ids, in every encoding of OTLP: such a link points nowhere
// and is left out, but the span is worth more than the link, so it stays, and
// dropped_links_count says that something is missing. Pure function.
#pragma once

#include <span>

#include "model/span_batch.h"

namespace spanhound::wire {

// `links` with unusable ids have a zero in one of them.
void SetLinks(std::span<model::SpanLink> links, model::Span* span);

}  // namespace spanhound::wire
