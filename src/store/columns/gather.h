// Puts rows of several sources together into new columns: results, merged chunks, sorted blocks.
// Pure functions over cells; what text and lists point to is either shared (the sources live on)
// or copied into the copier's arena. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "base/hash_map.h"
#include "store/columns/dictionary.h"
#include "store/columns/schema.h"

namespace spanhound::store {

struct RowRef {
  uint32_t source;
  uint32_t row;
};

// Deep copies of cells. Rows that shared text or a resource in the source share the copy.
class CellCopier {
 public:
  explicit CellCopier(Arena& arena) : arena_(arena) {}
  // Of cells that are looked at only while their source is there: they need not be copied.
  enum class Sharing { kAllowed };
  CellCopier(Arena& arena, Sharing) : arena_(arena), may_share_(true) {}
  bool may_share() const { return may_share_; }

  uint64_t Copy(uint64_t cell) { return cell; }
  model::TraceId Copy(const model::TraceId& cell) { return cell; }
  model::SpanId Copy(const model::SpanId& cell) { return cell; }
  std::string_view Copy(std::string_view text);
  model::AttributeValue Copy(const model::AttributeValue& value);
  std::span<const model::Attribute> Copy(std::span<const model::Attribute> attributes);
  std::span<const model::SpanEvent> Copy(std::span<const model::SpanEvent> events);
  std::span<const model::SpanLink> Copy(std::span<const model::SpanLink> links);
  const model::Resource* Copy(const model::Resource* resource);
  const model::Scope* Copy(const model::Scope* scope);

 private:
  Arena& arena_;
  const bool may_share_ = false;
  HashMap<const char*, std::string_view> texts_;  // by address in the source
  // Equal resources behind different pointers become one as well.
  RowDictionaries dictionaries_;
  std::vector<const model::Resource*> resources_;  // copies, by code
  std::vector<const model::Scope*> scopes_;
};

// The cells of `refs`, in that order; RowRef::source indexes `sources`, which all have cells of
// `type`. Cells of the sources for which `shares` is true are taken as they are.
ColumnData GatherColumn(CellType type, std::span<const ColumnData* const> sources,
                        std::span<const RowRef> refs, const std::vector<bool>& shares,
                        CellCopier& copier);

}  // namespace spanhound::store
