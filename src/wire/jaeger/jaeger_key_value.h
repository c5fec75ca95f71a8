// A tag or log field of Jaeger's model.proto (KeyValue), written. Pure function.
#pragma once

#include <cstdint>

#include "model/attribute.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {

// As field `field` of the message around it. Arrays and lists become JSON text.
void WriteJaegerKeyValue(ProtoWriter& writer, uint32_t field, const model::Attribute& attribute);

}  // namespace spanhound::wire
