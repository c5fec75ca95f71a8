// The order of the spans in a Trace, and what is left out of it. Pure functions.
#pragma once

#include <vector>

#include "model/span_batch.h"

namespace spanhound::query {

// Leaves one of every set of spans that agree in all fields (OTLP retries).
void DropCopies(std::vector<model::Span>& spans);

// By start time; where spans start together by depth in the tree, so that a parent comes before
// its children, then by id. Loops of parents are broken, not followed.
void SortSpans(std::vector<model::Span>& spans);

}  // namespace spanhound::query
