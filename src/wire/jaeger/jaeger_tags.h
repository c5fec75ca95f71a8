// What Jaeger's tags, log fields and references mean in OpenTelemetry, whichever encoding they came
// in. By the published mapping: tags that stand for a field of the model become that field and are
// taken out of the attributes. The spans given are rewritten in place. Pure functions.
#pragma once

#include <span>
#include <string_view>

#include "model/span_batch.h"

namespace spanhound::wire {

// Kind, status, trace state and scope out of `tags`; what is left. `error=true` decides the status
// before otel.status_code does, since that is what Jaeger's own clients set.
std::span<const model::Attribute> TakeSpanTags(std::span<model::Attribute> tags, model::Span* span,
                                               std::string_view* scope_name,
                                               std::string_view* scope_version);

// The name of a log: its "event" field, or else "message". What is left of the fields.
std::span<const model::Attribute> TakeEventName(std::span<model::Attribute> fields,
                                                std::string_view* name);

// A reference that says the same as parent_span_id is dropped; where there is no parent, the first
// CHILD_OF of the same trace becomes it. What is left are links.
std::span<const model::SpanLink> TakeParent(std::span<model::SpanLink> references,
                                            model::Span* span);

// opentracing.ref_type = child_of or follows_from. Static storage.
std::span<const model::Attribute> ReferenceTypeAttribute(bool is_child_of);

}  // namespace spanhound::wire
