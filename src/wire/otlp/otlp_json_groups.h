// The two outer layers of an OTLP request in JSON, for any signal; see otlp_groups.h for the same
// in protobuf. Internal to wire.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/decoded.h"
#include "wire/otlp/otlp_json_values.h"

namespace spanhound::wire {

struct OtlpJsonNames {
  std::string_view resource_groups;  // "resourceSpans"
  std::string_view scope_groups;     // "scopeSpans"
  std::string_view items;            // "spans"
  std::string_view item;             // "span", for messages
};

// `DecodeItem` is bool(Element, const JsonPlace&, Item*, const char** rejection).
template <typename Batch, typename Item, typename DecodeItem>
class OtlpJsonGroups {
 public:
  using Element = OtlpJsonValues::Element;

  OtlpJsonGroups(OtlpJsonValues& values, Decoded<Batch>& decoded, std::vector<Item>& items,
                 const OtlpJsonNames& names, DecodeItem decode_item)
      : values_(values),
        decoded_(decoded),
        items_(items),
        names_(names),
        decode_item_(std::move(decode_item)) {}

  bool Request(Element root) {
    const JsonPlace place;
    const auto group = [this](Element element, const JsonPlace& at) {
      return ResourceGroup(element, at);
    };
    return values_.Members(
        root, place, [&](std::string_view key, Element value, const JsonPlace& at) {
          return key != names_.resource_groups || values_.Elements(value, at, group);
        });
  }

 private:
  // What both layers look like; members may come in any order, so they are found first.
  struct Layer {
    std::optional<Element> head;
    std::optional<Element> elements;
    std::string_view schema_url;
  };

  bool ReadLayer(Element element, const JsonPlace& place, std::string_view head_key,
                 std::string_view elements_key, Layer* layer) {
    return values_.Members(
        element, place, [&](std::string_view key, Element value, const JsonPlace& at) {
          if (key == head_key) layer->head = value;
          if (key == elements_key) layer->elements = value;
          return key != "schemaUrl" || values_.Text(value, at, &layer->schema_url);
        });
  }

  bool ResourceGroup(Element element, const JsonPlace& place) {
    Layer layer;
    if (!ReadLayer(element, place, "resource", names_.scope_groups, &layer)) return false;
    if (!layer.elements.has_value()) return true;
    model::Resource resource;
    if (!values_.TakeMemory(sizeof resource)) return false;
    const JsonPlace head_place{&place, "resource"};
    if (layer.head.has_value() && !values_.Resource(*layer.head, head_place, &resource)) {
      return false;
    }
    resource.schema_url = layer.schema_url;
    decoded_.batch.resources.push_back(resource);
    const size_t items_before = items_.size();
    const JsonPlace groups_place{&place, names_.scope_groups};
    const auto group = [this](Element child, const JsonPlace& at) { return ScopeGroup(child, at); };
    if (!values_.Elements(*layer.elements, groups_place, group)) return false;
    if (items_.size() == items_before) decoded_.batch.resources.pop_back();
    return true;
  }

  bool ScopeGroup(Element element, const JsonPlace& place) {
    Layer layer;
    if (!ReadLayer(element, place, "scope", names_.items, &layer)) return false;
    if (!layer.elements.has_value()) return true;
    model::Scope scope;
    if (!values_.TakeMemory(sizeof scope)) return false;
    const JsonPlace head_place{&place, "scope"};
    if (layer.head.has_value() && !values_.Scope(*layer.head, head_place, &scope)) return false;
    scope.schema_url = layer.schema_url;
    decoded_.batch.scopes.push_back(scope);
    const size_t items_before = items_.size();
    const JsonPlace items_place{&place, names_.items};
    const auto item = [this](Element child, const JsonPlace& at) { return AddItem(child, at); };
    if (!values_.Elements(*layer.elements, items_place, item)) return false;
    if (items_.size() == items_before) decoded_.batch.scopes.pop_back();
    return true;
  }

  bool AddItem(Element element, const JsonPlace& place) {
    if (!values_.TakeItems(1)) return false;
    Item item;
    const char* rejection = nullptr;
    if (!decode_item_(element, place, &item, &rejection)) return false;
    const uint64_t index = item_index_++;
    if (rejection != nullptr) {
      if (decoded_.rejected_count++ == 0) {
        decoded_.rejected_message =
            std::string(names_.item) + " " + std::to_string(index) + ": " + rejection;
      }
      return true;
    }
    if (!values_.TakeMemory(sizeof item)) return false;
    item.resource_index = static_cast<uint32_t>(decoded_.batch.resources.size() - 1);
    item.scope_index = static_cast<uint32_t>(decoded_.batch.scopes.size() - 1);
    items_.push_back(item);
    return true;
  }

  OtlpJsonValues& values_;
  Decoded<Batch>& decoded_;
  std::vector<Item>& items_;
  const OtlpJsonNames& names_;
  DecodeItem decode_item_;
  uint64_t item_index_ = 0;  // in the request, counting rejected ones
};

}  // namespace spanhound::wire
