// Attributes and texts of the opentelemetry API in OTLP's wire format.
#pragma once

#include <opentelemetry/common/attribute_value.h>
#include <opentelemetry/nostd/string_view.h>

#include <cstddef>
#include <string_view>

#include "byte_buffer.h"
#include "span_limits.h"

namespace spanhound::sdk {

// At most `characters_max` characters (code points); bytes that are no UTF-8 become U+FFFD, because
// one of them would cost the whole request.
void AppendTextField(ByteBuffer* out, unsigned field, std::string_view text,
                     std::size_t characters_max = kUnlimited);

// An AnyValue. The limit holds for texts, also those in arrays.
void AppendValueField(ByteBuffer* out, unsigned field,
                      const opentelemetry::common::AttributeValue& value,
                      std::size_t characters_max = kUnlimited);

// A KeyValue. Returns its key as it stands in `out`, until that grows.
std::string_view AppendAttribute(ByteBuffer* out, unsigned field, std::string_view key,
                                 const opentelemetry::common::AttributeValue& value,
                                 std::size_t characters_max = kUnlimited);

}  // namespace spanhound::sdk
