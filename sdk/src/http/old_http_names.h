// The attributes of an HTTP span under their old names as well (semantic_opt_in.h).
#pragma once

#include <opentelemetry/trace/span.h>

#include <span>
#include <vector>

#include "semantic_names.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

// Appends what the list holds once more, for each that had another name. `of_server`: the names for
// server.address and server.port on this side.
void AddOldHttpNames(std::vector<Attribute>* attributes, std::span<const names::OldName> of_server);

// Sets them on a span, under the names that are chosen.
void SetHttpAttributes(opentelemetry::trace::Span& span, std::vector<Attribute> attributes);

}  // namespace spanhound::sdk
