#include "store/block/block_prune.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "base/checksum.h"
#include "store/columns/attribute_streams.h"
#include "store/encoding/value_filter.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

// By row group: whether it may hold what is looked for.
using Groups = std::vector<bool>;

// The one value of `type` whose text is `text`, if there is one and it can be told.
std::optional<AttributeValue> ValueOfText(ValueType type, std::string_view text) {
  if (type == ValueType::kString) return AttributeValue::String(text);
  if (type == ValueType::kBool) return AttributeValue::Bool(text == "true");
  const char* end = text.data() + text.size();
  if (type == ValueType::kInt) {
    int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stop == end) return AttributeValue::Int(number);
  }
  return std::nullopt;
}

uint64_t HashOf(const AttributeValue& value) {
  if (value.type == ValueType::kString) return Checksum64(value.text());
  const uint64_t number = NumberBits(value);
  return Checksum64({reinterpret_cast<const char*>(&number), sizeof(number)});
}

class GroupPruner {
 public:
  GroupPruner(const BlockReader& block, std::vector<uint32_t>* groups)
      : block_(block), footer_(block.footer()), groups_(groups) {}

  Status Services(const std::vector<std::string>& names) {
    if (footer_.services.empty()) return Status::Ok();  // not listed
    std::vector<uint32_t> wanted;
    for (const std::string& name : names) {
      const auto found = std::ranges::lower_bound(footer_.services, name);
      if (found != footer_.services.end() && *found == name) {
        wanted.push_back(static_cast<uint32_t>(found - footer_.services.begin()));
      }
    }
    std::erase_if(*groups_, [&](uint32_t group) {
      const std::vector<uint32_t>& own = footer_.row_groups[group].services;
      return !own.empty() && std::ranges::none_of(wanted, [&own](uint32_t service) {
        return std::ranges::binary_search(own, service);
      });
    });
    return Status::Ok();
  }

  Status Names(const std::vector<std::string>& names) {
    Groups held(footer_.row_groups.size());
    for (const std::string& name : names)
      RETURN_IF_ERROR(AddColumns(Field::kName, {}, name, &held));
    Keep(held);
    return Status::Ok();
  }

  Status AnyOf(const std::vector<ValueHint>& hints) {
    Groups held(footer_.row_groups.size());
    for (const ValueHint& hint : hints) {
      for (const Literal& literal : hint.values) {
        const auto* text = std::get_if<std::string>(&literal);
        if (text == nullptr || !IsTold(hint.column.field)) return Status::Ok();
        RETURN_IF_ERROR(Add(hint.column, *text, &held));
      }
    }
    Keep(held);
    return Status::Ok();
  }

 private:
  static bool IsTold(Field field) {
    return field == Field::kName || field == Field::kAttribute ||
           field == Field::kResourceAttribute || field == Field::kAnyAttribute;
  }

  void Keep(const Groups& held) {
    std::erase_if(*groups_, [&held](uint32_t group) { return !held[group]; });
  }

  // Adds the groups that may hold a row whose column has that text.
  Status Add(const Column& column, std::string_view text, Groups* held) {
    if (column.field == Field::kName) return AddColumns(Field::kName, {}, text, held);
    const bool any = column.field == Field::kAnyAttribute;
    if (any || column.field == Field::kAttribute) {
      RETURN_IF_ERROR(AddColumns(Field::kAttributes, column.key, text, held));
    }
    if (any && footer_.MayBeInLists(column.key)) held->assign(held->size(), true);
    if (column.field != Field::kAttribute) RETURN_IF_ERROR(AddEntries(column, text, held));
    return Status::Ok();
  }

  Status AddEntries(const Column& column, std::string_view text, Groups* held) {
    ASSIGN_OR_RETURN(const auto entries, block_.Entries());
    const auto has_value = [&](const auto& entry) {
      const AttributeValue* value = model::FindAttribute(entry.attributes, column.key);
      return value != nullptr && model::ToText(*value) == text;
    };
    const bool scopes_count = column.field == Field::kAnyAttribute;
    if (std::ranges::any_of(entries->dictionaries.resources, has_value) ||
        (scopes_count && std::ranges::any_of(entries->dictionaries.scopes, has_value))) {
      held->assign(held->size(), true);
    }
    return Status::Ok();
  }

  Status AddColumns(Field field, std::string_view key, std::string_view text, Groups* held) {
    for (uint32_t i = 0; i < footer_.columns.size(); ++i) {
      const ValueColumnId& id = footer_.columns[i].id;
      if (id.field != field) continue;
      if (id.is_rest()) {
        RETURN_IF_ERROR(AddFiltered(
            i, Checksum64(key), [] { return Result<bool>(false); }, held));
      } else if (id.key == key) {
        RETURN_IF_ERROR(AddColumn(i, text, held));
      }
    }
    // A row without the field has the empty text; such rows are in no column if all are.
    if (field == Field::kName && text.empty()) held->assign(held->size(), true);
    return Status::Ok();
  }

  Status AddColumn(uint32_t column, std::string_view text, Groups* held) {
    const BlockColumn& info = footer_.columns[column];
    const std::optional<AttributeValue> value = ValueOfText(info.id.type, text);
    if (!value) {
      const bool never = info.id.type == ValueType::kInt;  // no number reads like that
      if (!never) held->assign(held->size(), true);
      return Status::Ok();
    }
    return AddFiltered(
        column, HashOf(*value),
        [&]() -> Result<bool> {
          ASSIGN_OR_RETURN(const auto dictionary, block_.Dictionary(column));
          if (dictionary == nullptr) return false;
          const auto entries = dictionary->All();
          if (!entries) return block_.Damaged("a dictionary is damaged");
          return std::ranges::find(*entries, *value) != entries->end();
        },
        held);
  }

  // Row groups without a filter hold values of the dictionary only, which is `is_entry()`: looked
  // at last, for the dictionaries of columns with filters are large.
  template <typename IsEntry>
  Status AddFiltered(uint32_t column, uint64_t hash, IsEntry is_entry, Groups* held) {
    ASSIGN_OR_RETURN(const auto filters, block_.Filters(column));
    std::vector<uint32_t> unfiltered;
    for (uint32_t group : *groups_) {
      const std::string_view filter = filters->by_group[group];
      if (filter.empty()) {
        unfiltered.push_back(group);
      } else if (FilterMayHold(filter, hash)) {
        (*held)[group] = true;
      }
    }
    if (unfiltered.empty()) return Status::Ok();
    ASSIGN_OR_RETURN(const bool may_hold, is_entry());
    if (!may_hold) return Status::Ok();
    for (uint32_t group : unfiltered) (*held)[group] = true;
    return Status::Ok();
  }

  const BlockReader& block_;
  const BlockFooter& footer_;
  std::vector<uint32_t>* groups_;
};

}  // namespace

Status PruneGroups(const BlockReader& block, const PruneHints& hints,
                   std::vector<uint32_t>* groups) {
  GroupPruner pruner(block, groups);
  if (hints.services) RETURN_IF_ERROR(pruner.Services(*hints.services));
  if (hints.names && !groups->empty()) RETURN_IF_ERROR(pruner.Names(*hints.names));
  for (const std::vector<ValueHint>& hint : hints.any_of) {
    if (groups->empty()) return Status::Ok();
    RETURN_IF_ERROR(pruner.AnyOf(hint));
  }
  return Status::Ok();
}

}  // namespace spanhound::store
