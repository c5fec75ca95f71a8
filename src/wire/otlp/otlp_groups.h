// The two outer layers of an OTLP request, the same field numbers in trace.proto and logs.proto:
// Resource{Spans,Logs} { 1 resource, 2 Scope{Spans,Logs} { 1 scope, 2 items, 3 schema_url },
// 3 schema_url }. Fields may come in any order, hence two passes per layer. Groups without items
// are dropped, as OTLP allows. Internal to wire.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "wire/decoded.h"
#include "wire/otlp/otlp_values.h"
#include "wire/proto_reader.h"

namespace spanhound::wire {

// `DecodeItem` is bool(std::string_view bytes, Item*, const char** rejection): false for malformed
// bytes, `rejection` set for an item that parses but may not be stored.
template <typename Batch, typename Item, typename DecodeItem>
class OtlpGroups {
 public:
  OtlpGroups(OtlpValues& values, Decoded<Batch>& decoded, std::vector<Item>& items,
             std::string_view item_name, DecodeItem decode_item)
      : values_(values),
        decoded_(decoded),
        items_(items),
        item_name_(item_name),
        decode_item_(std::move(decode_item)) {}

  bool Request(std::string_view bytes) {
    ProtoReader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() == BytesTag(1) && !ResourceGroup(reader.bytes())) return false;
    }
    return values_.Finish(reader);
  }

 private:
  // What both layers look like: something described, its groups or items, a schema URL.
  struct Layer {
    std::string_view head;
    RepeatedField elements;
    std::string_view schema_url;
  };

  bool ReadLayer(std::string_view bytes, Layer* layer) {
    ProtoReader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case BytesTag(1): layer->head = reader.bytes(); break;
        case BytesTag(2): layer->elements.Note(reader); break;
        case BytesTag(3): layer->schema_url = reader.bytes(); break;
        default: break;
      }
    }
    return values_.Finish(reader);
  }

  template <typename Visit>
  static bool ForEachElement(std::string_view bytes, const Layer& layer, Visit visit) {
    const char* first = layer.elements.first;
    ProtoReader reader({first, static_cast<size_t>(bytes.data() + bytes.size() - first)});
    for (size_t i = 0; i < layer.elements.count;) {
      reader.Next();  // ReadLayer has been here without an error
      if (reader.tag() != BytesTag(2)) continue;
      ++i;
      if (!visit(reader.bytes())) return false;
    }
    return true;
  }

  bool ResourceGroup(std::string_view bytes) {
    Layer layer;
    if (!ReadLayer(bytes, &layer)) return false;
    if (layer.elements.count == 0) return true;
    model::Resource resource;
    if (!values_.TakeMemory(sizeof resource) || !values_.Resource(layer.head, &resource)) {
      return false;
    }
    resource.schema_url = layer.schema_url;
    decoded_.batch.resources.push_back(resource);
    const size_t items_before = items_.size();
    if (!ForEachElement(bytes, layer, [&](std::string_view group) { return ScopeGroup(group); })) {
      return false;
    }
    if (items_.size() == items_before) decoded_.batch.resources.pop_back();
    return true;
  }

  bool ScopeGroup(std::string_view bytes) {
    Layer layer;
    if (!ReadLayer(bytes, &layer)) return false;
    if (layer.elements.count == 0) return true;
    model::Scope scope;
    if (!values_.TakeMemory(sizeof scope) || !values_.Scope(layer.head, &scope)) return false;
    scope.schema_url = layer.schema_url;
    decoded_.batch.scopes.push_back(scope);
    const size_t items_before = items_.size();
    MakeRoom(layer.elements.count, bytes.size());
    if (!ForEachElement(bytes, layer, [&](std::string_view item) { return AddItem(item); })) {
      return false;
    }
    if (items_.size() == items_before) decoded_.batch.scopes.pop_back();
    return true;
  }

  // One allocation for an ordinary request. Never more than the bytes can hold of items that are
  // not empty, and at least double, so that many small groups do not copy the vector every time.
  void MakeRoom(size_t count, size_t group_bytes) {
    static constexpr size_t kItemBytesUsual = 32;  // a span has two ids at least
    const size_t needed = items_.size() + std::min(count, group_bytes / kItemBytesUsual);
    if (needed > items_.capacity()) items_.reserve(std::max(needed, 2 * items_.capacity()));
  }

  bool AddItem(std::string_view bytes) {
    if (!values_.TakeItems(1)) return false;
    Item item;
    const char* rejection = nullptr;
    if (!decode_item_(bytes, &item, &rejection)) return false;
    const uint64_t index = item_index_++;
    if (rejection != nullptr) {
      if (decoded_.rejected_count++ == 0) {
        decoded_.rejected_message =
            std::string(item_name_) + " " + std::to_string(index) + ": " + rejection;
      }
      return true;
    }
    if (!values_.TakeMemory(sizeof item)) return false;
    item.resource_index = static_cast<uint32_t>(decoded_.batch.resources.size() - 1);
    item.scope_index = static_cast<uint32_t>(decoded_.batch.scopes.size() - 1);
    items_.push_back(item);
    return true;
  }

  OtlpValues& values_;
  Decoded<Batch>& decoded_;
  std::vector<Item>& items_;
  std::string_view item_name_;
  DecodeItem decode_item_;
  uint64_t item_index_ = 0;  // in the request, counting rejected ones
};

}  // namespace spanhound::wire
