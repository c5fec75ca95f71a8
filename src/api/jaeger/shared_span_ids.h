// Zipkin lets a client span and the server span it caused share one id. Jaeger's model has no such
// pairs, so on the way out the server span gets an id of its own and becomes the client's child.
// Pure function.
#pragma once

#include <vector>

#include "model/span_batch.h"

namespace spanhound::api {

// Children named by the shared id go to the server span, except the server span itself. New ids
// are derived from the old, so that every reading of a trace shows the same.
void SeparateSharedSpanIds(std::vector<model::Span>& spans);

}  // namespace spanhound::api
