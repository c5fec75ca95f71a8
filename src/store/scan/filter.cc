#include "store/scan/filter.h"

#include <algorithm>
#include <cstring>

#include "store/encoding/bits.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;

// `holds` is asked for the rows that are still wanted.
template <typename Cell, typename Holds>
void NarrowCells(const std::vector<Cell>& cells, RowMask& mask, Holds holds) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (mask[i] != 0 && !holds(cells[i])) mask[i] = 0;
  }
}

AttributeValue NumberValue(uint64_t number) {
  if (number <= INT64_MAX) return AttributeValue::Int(static_cast<int64_t>(number));
  return AttributeValue::Double(static_cast<double>(number));
}

bool TextHolds(const Comparison& comparison, std::string_view text) {
  // For text of its own, as opposed to an attribute, empty is absent.
  if (comparison.op() == Op::kExists) return !text.empty();
  return comparison.Holds(AttributeValue::String(text));
}

// Neighbours often hold the very same text (they share a dictionary entry): compared once.
void NarrowTexts(const std::vector<std::string_view>& cells, const Comparison& comparison,
                 RowMask& mask) {
  const char* last = nullptr;
  size_t last_size = 0;
  bool last_holds = false;
  NarrowCells(cells, mask, [&](std::string_view text) {
    if (text.data() != last || text.size() != last_size || last == nullptr) {
      last = text.data();
      last_size = text.size();
      last_holds = TextHolds(comparison, text);
    }
    return last_holds;
  });
}

// The rows of a trace lie together: its id is compared once.
template <typename Id>
void NarrowIds(const std::vector<Id>& cells, const Comparison& comparison, RowMask& mask) {
  const Id* last = nullptr;
  bool last_holds = false;
  NarrowCells(cells, mask, [&](const Id& id) {
    if (comparison.op() == Op::kExists) return !id.is_zero();
    if (last == nullptr || *last != id) {
      last = &id;
      last_holds = comparison.HoldsForId(id.view());
    }
    return last_holds;
  });
}

void NarrowNumbers(const std::vector<uint64_t>& cells, const Comparison& comparison,
                   RowMask& mask) {
  const std::optional<NumberRange> range = comparison.AsRange();
  if (!range) {
    NarrowCells(cells, mask, [&](uint64_t n) { return comparison.Holds(NumberValue(n)); });
    return;
  }
  NarrowCells(cells, mask, [&](uint64_t n) { return n >= range->min && n <= range->max; });
}

void NarrowCellsOf(const ColumnData& data, const Comparison& comparison, RowMask& mask) {
  if (const auto* cells = std::get_if<std::vector<AttributeValue>>(&data)) {
    NarrowCells(*cells, mask, [&](const AttributeValue& value) { return comparison.Holds(value); });
  } else if (const auto* numbers = std::get_if<std::vector<uint64_t>>(&data)) {
    NarrowNumbers(*numbers, comparison, mask);
  } else if (const auto* texts = std::get_if<std::vector<std::string_view>>(&data)) {
    NarrowTexts(*texts, comparison, mask);
  } else if (const auto* traces = std::get_if<std::vector<model::TraceId>>(&data)) {
    NarrowIds(*traces, comparison, mask);
  } else if (const auto* spans = std::get_if<std::vector<model::SpanId>>(&data)) {
    NarrowIds(*spans, comparison, mask);
  } else if (const auto* own = std::get_if<std::vector<std::span<const model::Attribute>>>(&data)) {
    NarrowCells(*own, mask, [](const auto& list) { return !list.empty(); });
  } else if (const auto* ev = std::get_if<std::vector<std::span<const model::SpanEvent>>>(&data)) {
    NarrowCells(*ev, mask, [](const auto& list) { return !list.empty(); });
  } else if (const auto* ln = std::get_if<std::vector<std::span<const model::SpanLink>>>(&data)) {
    NarrowCells(*ln, mask, [](const auto& list) { return !list.empty(); });
  }
}

// Events and links: any element that has the attribute.
template <typename Element>
void NarrowElements(const ColumnData& data, const std::string& key, const Comparison& comparison,
                    RowMask& mask) {
  const auto& lists = std::get<std::vector<std::span<const Element>>>(data);
  NarrowCells(lists, mask, [&](std::span<const Element> elements) {
    return std::ranges::any_of(elements, [&](const Element& element) {
      const AttributeValue* value = model::FindAttribute(element.attributes, key);
      return value != nullptr && comparison.Holds(*value);
    });
  });
}

void NarrowByEventName(const ColumnData& data, const Comparison& comparison, RowMask& mask) {
  const auto& lists = std::get<std::vector<std::span<const model::SpanEvent>>>(data);
  NarrowCells(lists, mask, [&](std::span<const model::SpanEvent> events) {
    return std::ranges::any_of(events, [&](const model::SpanEvent& event) {
      return comparison.Holds(AttributeValue::String(event.name));
    });
  });
}

// The column of results that `column` of a predicate is decided by.
Column ReadColumnOf(const Column& column) {
  switch (column.field) {
    case Field::kEventAttribute:
    case Field::kSpanEventName: return {Field::kEvents};
    case Field::kLinkAttribute: return {Field::kLinks};
    case Field::kServiceName:
    case Field::kResourceAttribute: return {Field::kResource};
    case Field::kScopeName:
    case Field::kScopeVersion:
    case Field::kScopeAttribute: return {Field::kScope};
    default: return column;
  }
}

constexpr size_t kEntriesRemembered = 256;

// By resource or scope: rows share them, so each is tested about once.
template <typename Entry, typename Holds>
void NarrowEntries(const ColumnData& data, RowMask& mask, Holds holds) {
  const auto& cells = std::get<std::vector<const Entry*>>(data);
  struct Tested {
    const Entry* entry = nullptr;
    bool holds = false;
  };
  // Few are many rows'. Two that share a place are tested in turns.
  std::vector<Tested> known(kEntriesRemembered);
  NarrowCells(cells, mask, [&](const Entry* entry) {
    const size_t place = reinterpret_cast<uintptr_t>(entry) / sizeof(Entry) % kEntriesRemembered;
    Tested& tested = known[place];
    if (tested.entry != entry) tested = {entry, holds(*entry)};
    return tested.holds;
  });
}

bool AttributeHolds(const Comparison& comparison, std::span<const model::Attribute> attributes,
                    const std::string& key) {
  const AttributeValue* value = model::FindAttribute(attributes, key);
  return value != nullptr && comparison.Holds(*value);
}

void NarrowByResource(const ColumnData& data, const Column& column, const Comparison& comparison,
                      RowMask& mask) {
  NarrowEntries<model::Resource>(data, mask, [&](const model::Resource& resource) {
    if (column.field == Field::kServiceName) return TextHolds(comparison, resource.service_name());
    return AttributeHolds(comparison, resource.attributes, column.key);
  });
}

void NarrowByScope(const ColumnData& data, const Column& column, const Comparison& comparison,
                   RowMask& mask) {
  NarrowEntries<model::Scope>(data, mask, [&](const model::Scope& scope) {
    if (column.field == Field::kScopeName) return TextHolds(comparison, scope.name);
    if (column.field == Field::kScopeVersion) return TextHolds(comparison, scope.version);
    return AttributeHolds(comparison, scope.attributes, column.key);
  });
}

// `data`: the cells of ReadColumnOf(column).
void NarrowColumn(const Column& column, const ColumnData& data, const Comparison& comparison,
                  RowMask& mask) {
  switch (column.field) {
    case Field::kEventAttribute:
      return NarrowElements<model::SpanEvent>(data, column.key, comparison, mask);
    case Field::kLinkAttribute:
      return NarrowElements<model::SpanLink>(data, column.key, comparison, mask);
    case Field::kSpanEventName: return NarrowByEventName(data, comparison, mask);
    case Field::kServiceName:
    case Field::kResourceAttribute: return NarrowByResource(data, column, comparison, mask);
    case Field::kScopeName:
    case Field::kScopeVersion:
    case Field::kScopeAttribute: return NarrowByScope(data, column, comparison, mask);
    default: return NarrowCellsOf(data, comparison, mask);
  }
}

// If at most one row in this many is still wanted, only those are read.
constexpr size_t kFewRowsFrom = 16;

Status NarrowFewRows(RowSet& rows, const Column& column, const Comparison& comparison,
                     RowMask& mask) {
  const std::vector<uint32_t> wanted = SetRows(mask);
  Arena arena;
  CellCopier copier(arena, CellCopier::Sharing::kAllowed);
  ASSIGN_OR_RETURN(const ColumnData data, rows.LoadRows(ReadColumnOf(column), wanted, copier));
  RowMask holds(wanted.size(), 1);
  NarrowColumn(column, data, comparison, holds);
  for (size_t i = 0; i < wanted.size(); ++i) mask[wanted[i]] = holds[i];
  return Status::Ok();
}

// `condition`: the comparison, as one on attributes.
Status NarrowRows(RowSet& rows, const Column& column, const Comparison& comparison,
                  const ValueCondition& condition, RowMask& mask) {
  if (CountRows(mask) * kFewRowsFrom <= mask.size()) {
    return NarrowFewRows(rows, column, comparison, mask);
  }
  if (column.field == Field::kAttribute) return rows.KeepRowsWith(column.key, condition, mask);
  ASSIGN_OR_RETURN(const ColumnData* data, rows.Load(ReadColumnOf(column)));
  NarrowColumn(column, *data, comparison, mask);
  return Status::Ok();
}

bool OnlyExists(Field field) {
  return field == Field::kAttributes || field == Field::kEvents || field == Field::kLinks;
}

bool IsWholeEntry(Field field) { return field == Field::kResource || field == Field::kScope; }

// What is joined by `and` is asked in this order: what leaves few rows for little reading first,
// for later columns are then read for those rows alone.
int AskingRank(const Predicate& predicate) {
  if (predicate.kind != Predicate::Kind::kCompare) return 5;
  const bool is_equality =
      predicate.op == Op::kEqual || predicate.op == Op::kTextEqual || predicate.op == Op::kIn;
  const bool is_lower_bound = predicate.op == Op::kGreater || predicate.op == Op::kGreaterEqual;
  switch (predicate.column.field) {
    case Field::kTraceId: return 0;
    case Field::kAttribute:
    case Field::kAnyAttribute:
    case Field::kName: return is_equality ? 1 : 4;
    case Field::kDuration:
      return is_lower_bound ? 2 : 4;  // people look for slow spans, which are few
    case Field::kServiceName:
    case Field::kResourceAttribute: return 3;
    default: return 4;
  }
}

bool IsEmpty(const RowMask& mask) {
  return mask.empty() || std::memchr(mask.data(), 1, mask.size()) == nullptr;
}

void Subtract(RowMask& mask, const RowMask& other) {
  uint8_t* to = mask.data();
  const uint8_t* from = other.data();
  for (size_t i = 0, count = mask.size(); i < count; ++i)
    to[i] &= static_cast<uint8_t>(from[i] ^ 1);
}

// Keeps the rows for which at least one of `narrow_one(0..count)` holds; later ones are only asked
// about rows no earlier one took.
template <typename NarrowOne>
Status NarrowByAnyOf(size_t count, RowMask& mask, NarrowOne narrow_one) {
  RowMask undecided = mask;
  for (size_t i = 0; i < count && !IsEmpty(undecided); ++i) {
    RowMask holds = undecided;
    RETURN_IF_ERROR(narrow_one(i, holds));
    Subtract(undecided, holds);
  }
  Subtract(mask, undecided);
  return Status::Ok();
}

}  // namespace

size_t CountRows(const RowMask& mask) {
  const uint8_t* set = mask.data();
  size_t count = 0;
  for (size_t i = 0, end = mask.size(); i < end; ++i) count += set[i];
  return count;
}

// Most rows of a mask are not set: looked at eight at a time.
std::vector<uint32_t> SetRows(const RowMask& mask, size_t count_max) {
  std::vector<uint32_t> rows;
  const std::string_view bytes(reinterpret_cast<const char*>(mask.data()), mask.size());
  for (size_t first = 0; first < bytes.size(); first += sizeof(uint64_t)) {
    for (uint64_t word = LoadWord(bytes, first); word != 0; word &= word - 1) {
      if (rows.size() >= count_max) return rows;
      const size_t byte = static_cast<size_t>(__builtin_ctzll(word)) / 8;
      rows.push_back(static_cast<uint32_t>(first + byte));
    }
  }
  return rows;
}

Result<Filter> Filter::Make(Table table, const Predicate& predicate) {
  return MakeAt(table, predicate, 0);
}

Result<Filter> Filter::MakeAt(Table table, const Predicate& predicate, int depth) {
  if (depth > kPredicateDepthMax) return InvalidArgument("the predicate is nested too deeply");
  if (predicate.kind == Predicate::Kind::kNot && predicate.children.size() != 1) {
    return InvalidArgument("a negation of other than one predicate");
  }
  Filter filter;
  filter.kind_ = predicate.kind;
  std::vector<const Predicate*> children;
  for (const Predicate& child : predicate.children) children.push_back(&child);
  if (predicate.kind == Predicate::Kind::kAnd) {
    std::ranges::stable_sort(children, {},
                             [](const Predicate* child) { return AskingRank(*child); });
  }
  for (const Predicate* child : children) {
    ASSIGN_OR_RETURN(Filter made, MakeAt(table, *child, depth + 1));
    filter.children_.push_back(std::move(made));
  }
  if (predicate.kind != Predicate::Kind::kCompare) return filter;
  const Field field = predicate.column.field;
  if (!IsFieldOf(table, field)) return InvalidArgument("the table has no such column");
  if (IsWholeEntry(field) || (OnlyExists(field) && predicate.op != Op::kExists)) {
    return InvalidArgument("that column cannot be compared as a whole");
  }
  filter.column_ = predicate.column;
  ASSIGN_OR_RETURN(Comparison comparison, Comparison::Make(predicate.op, predicate.values));
  filter.comparison_ = std::make_unique<Comparison>(std::move(comparison));
  filter.condition_ = std::make_unique<ValueCondition>(
      [own = filter.comparison_.get()](const AttributeValue& value) { return own->Holds(value); });
  return filter;
}

bool Filter::IsSelective() const {
  if (kind_ == Predicate::Kind::kAnd) return std::ranges::any_of(children_, &Filter::IsSelective);
  if (kind_ != Predicate::Kind::kCompare) return false;
  switch (column_.field) {
    case Field::kTraceId:
    case Field::kSpanId:
    case Field::kAttribute:
    case Field::kAnyAttribute: return true;
    default: return false;
  }
}

uint64_t Filter::memory_bytes() const {
  uint64_t bytes = condition_ == nullptr ? 0 : condition_->memory_bytes();
  for (const Filter& child : children_) bytes += child.memory_bytes();
  return bytes;
}

Status Filter::Narrow(RowSet& rows, RowMask& mask) const {
  if (IsEmpty(mask)) return Status::Ok();
  switch (kind_) {
    case Predicate::Kind::kTrue: return Status::Ok();
    case Predicate::Kind::kAnd:
      for (const Filter& child : children_) RETURN_IF_ERROR(child.Narrow(rows, mask));
      return Status::Ok();
    case Predicate::Kind::kOr:
      return NarrowByAnyOf(children_.size(), mask, [&](size_t child, RowMask& holds) {
        return children_[child].Narrow(rows, holds);
      });
    case Predicate::Kind::kNot: {
      RowMask holds = mask;
      RETURN_IF_ERROR(children_[0].Narrow(rows, holds));
      Subtract(mask, holds);
      return Status::Ok();
    }
    case Predicate::Kind::kCompare: return NarrowByComparison(rows, mask);
  }
  return Status::Ok();
}

Status Filter::NarrowByComparison(RowSet& rows, RowMask& mask) const {
  // The cheap ones first. Logs have neither events nor links.
  static constexpr Field kAnyPlace[] = {Field::kResourceAttribute, Field::kScopeAttribute,
                                        Field::kAttribute, Field::kEventAttribute,
                                        Field::kLinkAttribute};
  std::span<const Field> fields(&column_.field, 1);
  if (column_.field == Field::kAnyAttribute) {
    fields = std::span(kAnyPlace).first(rows.table() == Table::kSpans ? 5 : 3);
  }
  std::vector<Column> places;
  for (Field field : fields) {
    Column place{field, column_.key};
    ASSIGN_OR_RETURN(const bool may_have, rows.MayHave(place));
    if (may_have) places.push_back(std::move(place));
  }
  if (places.size() == 1) return NarrowRows(rows, places[0], *comparison_, *condition_, mask);
  return NarrowByAnyOf(places.size(), mask, [&](size_t place, RowMask& holds) {
    return NarrowRows(rows, places[place], *comparison_, *condition_, holds);
  });
}

}  // namespace spanhound::store
