#include "store/columns/gather.h"

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

// Copying is worth remembering only for text that comes again; beyond this many the memory of it
// would cost more than the copies.
constexpr size_t kTextsRememberedMax = 4096;

template <typename Element, typename CopyElement>
std::span<const Element> CopyList(Arena& arena, std::span<const Element> from, CopyElement copy) {
  std::span<Element> to = arena.AllocateArray<Element>(from.size());
  for (size_t i = 0; i < from.size(); ++i) new (&to[i]) Element(copy(from[i]));
  return to;
}

// One copy for every distinct entry; `copies` is indexed by the dictionary's code.
template <typename Entry, typename CopyEntry>
const Entry* CopyOnce(const Entry* entry, Dictionary<Entry>& dictionary,
                      std::vector<const Entry*>& copies, CopyEntry copy) {
  const uint32_t code = dictionary.CodeOf(entry);
  if (code == copies.size()) copies.push_back(copy(*entry));
  return copies[code];
}

}  // namespace

std::string_view CellCopier::Copy(std::string_view text) {
  if (text.empty()) return {};
  const auto found = texts_.find(text.data());
  if (found != texts_.end() && found->second.size() == text.size()) return found->second;
  const std::string_view copy = arena_.Copy(text);
  if (texts_.size() < kTextsRememberedMax) texts_[text.data()] = copy;
  return copy;
}

AttributeValue CellCopier::Copy(const AttributeValue& value) {
  switch (value.type) {
    case ValueType::kString: return AttributeValue::String(Copy(value.text()));
    case ValueType::kBytes: return AttributeValue::Bytes(Copy(value.text()));
    case ValueType::kKeyValueList: return AttributeValue::KeyValueList(Copy(value.key_values()));
    case ValueType::kArray:
      return AttributeValue::Array(CopyList<AttributeValue>(
          arena_, value.array(), [this](const AttributeValue& element) { return Copy(element); }));
    default: return value;
  }
}

std::span<const Attribute> CellCopier::Copy(std::span<const Attribute> attributes) {
  return CopyList<Attribute>(arena_, attributes, [this](const Attribute& attribute) {
    return Attribute{Copy(attribute.key), Copy(attribute.value)};
  });
}

std::span<const model::SpanEvent> CellCopier::Copy(std::span<const model::SpanEvent> events) {
  return CopyList<model::SpanEvent>(arena_, events, [this](model::SpanEvent event) {
    event.name = Copy(event.name);
    event.attributes = Copy(event.attributes);
    return event;
  });
}

std::span<const model::SpanLink> CellCopier::Copy(std::span<const model::SpanLink> links) {
  return CopyList<model::SpanLink>(arena_, links, [this](model::SpanLink link) {
    link.trace_state = Copy(link.trace_state);
    link.attributes = Copy(link.attributes);
    return link;
  });
}

const model::Resource* CellCopier::Copy(const model::Resource* resource) {
  return CopyOnce(resource, dictionaries_.resources, resources_, [this](model::Resource copy) {
    copy.attributes = Copy(copy.attributes);
    copy.schema_url = Copy(copy.schema_url);
    return new (arena_.Allocate(sizeof(copy))) model::Resource(copy);
  });
}

const model::Scope* CellCopier::Copy(const model::Scope* scope) {
  return CopyOnce(scope, dictionaries_.scopes, scopes_, [this](model::Scope copy) {
    copy.name = Copy(copy.name);
    copy.version = Copy(copy.version);
    copy.attributes = Copy(copy.attributes);
    copy.schema_url = Copy(copy.schema_url);
    return new (arena_.Allocate(sizeof(copy))) model::Scope(copy);
  });
}

ColumnData GatherColumn(CellType type, std::span<const ColumnData* const> sources,
                        std::span<const RowRef> refs, const std::vector<bool>& shares,
                        CellCopier& copier) {
  ColumnData column = EmptyColumn(type);
  std::visit(
      [&](auto& cells) {
        using Cells = std::decay_t<decltype(cells)>;
        std::vector<const Cells*> from(sources.size());
        for (size_t i = 0; i < sources.size(); ++i) from[i] = &std::get<Cells>(*sources[i]);
        cells.reserve(refs.size());
        for (const RowRef ref : refs) {
          const auto& cell = (*from[ref.source])[ref.row];
          if (shares[ref.source]) {
            cells.push_back(cell);
          } else {
            cells.push_back(copier.Copy(cell));
          }
        }
      },
      column);
  return column;
}

}  // namespace spanhound::store
