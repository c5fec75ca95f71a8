// Single attribute values, attribute lists, resources and scopes, one after another: for the few
// that are not worth columns (dictionaries, nested values). Text read back points into the bytes
// that were read. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include "base/bytes.h"
#include "model/attribute.h"
#include "model/resource.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

void AppendValue(std::string& out, const model::AttributeValue& value);
void AppendAttributeList(std::string& out, std::span<const model::Attribute> attributes);
void AppendResource(std::string& out, const model::Resource& resource);
void AppendScope(std::string& out, const model::Scope& scope);

// All false on damaged bytes, nesting past model::kValueDepthMax, or past the budget.
bool ReadValue(ByteReader& in, DecodeMemory& memory, model::AttributeValue* value);
bool ReadAttributeList(ByteReader& in, DecodeMemory& memory,
                       std::span<const model::Attribute>* attributes);
bool ReadResource(ByteReader& in, DecodeMemory& memory, model::Resource* resource);
bool ReadScope(ByteReader& in, DecodeMemory& memory, model::Scope* scope);

}  // namespace spanhound::store
