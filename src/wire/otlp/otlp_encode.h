// What the encoders of traces and logs share: values, attributes, and the two outer layers.
// Internal to wire.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/attribute.h"
#include "model/resource.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {

// The fields of an AnyValue, and of each attribute under field number `field`.
void WriteOtlpValue(ProtoWriter& writer, const model::AttributeValue& value);
void WriteOtlpAttributes(ProtoWriter& writer, uint32_t field,
                         std::span<const model::Attribute> attributes);
void WriteOtlpResource(ProtoWriter& writer, const model::Resource& resource);
void WriteOtlpScope(ProtoWriter& writer, const model::Scope& scope);

// Neighbours of one resource (and scope) share an envelope; the order of items is kept.
template <typename Batch, typename Items, typename WriteItem>
std::string EncodeOtlpGroups(const Batch& batch, const Items& items, WriteItem write_item) {
  std::string out;
  ProtoWriter writer(out);
  size_t i = 0;
  const auto write_scope_group = [&](uint32_t resource_index) {
    const uint32_t scope_index = items[i].scope_index;
    const model::Scope& scope = batch.scopes[scope_index];
    writer.Message(1, [&] { WriteOtlpScope(writer, scope); });
    for (; i < items.size() && items[i].resource_index == resource_index &&
           items[i].scope_index == scope_index;
         ++i) {
      writer.Message(2, [&] { write_item(writer, items[i]); });
    }
    writer.Bytes(3, scope.schema_url);
  };
  const auto write_resource_group = [&] {
    const uint32_t resource_index = items[i].resource_index;
    const model::Resource& resource = batch.resources[resource_index];
    writer.Message(1, [&] { WriteOtlpResource(writer, resource); });
    while (i < items.size() && items[i].resource_index == resource_index) {
      writer.Message(2, [&] { write_scope_group(resource_index); });
    }
    writer.Bytes(3, resource.schema_url);
  };
  while (i < items.size()) writer.Message(1, write_resource_group);
  return out;
}

}  // namespace spanhound::wire
