#include "store/completion.h"

#include <algorithm>
#include <memory>

#include "store/attribute_catalog.h"
#include "store/attribute_values.h"
#include "store/columns/chunk_rows.h"

namespace spanhound::store {
namespace {

Status CheckPlace(const AttributeRequest& request) {
  if (!request.field) return Status::Ok();
  const bool is_place =
      std::ranges::find(kAttributePlaces, *request.field) != kAttributePlaces.end();
  if (is_place && IsFieldOf(request.table, *request.field)) return Status::Ok();
  return InvalidArgument("the table has no attributes there");
}

Status CheckCancelled(const AttributeRequest& request) {
  if (request.cancelled == nullptr || !request.cancelled->load(std::memory_order_relaxed)) {
    return Status::Ok();
  }
  return {Code::kCancelled, "cancelled"};
}

void SortNewestFirst(std::vector<BlockPtr>& blocks) {
  std::ranges::sort(blocks, std::greater<>(),
                    [](const BlockPtr& block) { return block->footer().bounds.max_time; });
}

// Hands the row groups to `take`, which returns a Status, the newest first, within the budget.
template <typename Take>
Status ForEachRowGroup(const AttributeRequest& request, const BlockReader& block,
                       ListingBudget& budget, Take take) {
  for (size_t group = block.footer().row_groups.size(); group > 0; --group) {
    RETURN_IF_ERROR(CheckCancelled(request));
    if (!budget.TakeRows(block.footer().row_groups[group - 1].row_count)) return Status::Ok();
    ASSIGN_OR_RETURN(const std::unique_ptr<RowSet> rows, block.OpenRows(group - 1));
    RETURN_IF_ERROR(take(*rows));
  }
  return Status::Ok();
}

// The head is looked at whole: its size has a limit of its own.
template <typename Take>
Status ForEachChunk(const AttributeRequest& request, const DataSnapshot& data, Take take) {
  for (const ChunkPtr& chunk : data.chunks) {
    RETURN_IF_ERROR(CheckCancelled(request));
    ChunkRows rows(chunk);
    RETURN_IF_ERROR(take(rows));
  }
  return Status::Ok();
}

// The footer counts the values of every key but those of the rest. False: there are such.
bool AddCountedKeys(const BlockFooter& footer, AttributeCatalog& keys) {
  const auto is_rest = [](const BlockColumn& column) { return column.id.is_rest(); };
  if (std::ranges::any_of(footer.columns, is_rest)) return false;
  for (const BlockColumn& column : footer.columns) {
    if (column.id.field != Field::kAttributes || column.value_count == 0) continue;
    keys.Add(Field::kAttribute, column.id.key, column.id.type, column.value_count);
  }
  return true;
}

Status AddBlockKeys(const AttributeRequest& request, const BlockReader& block,
                    ListingBudget& budget, AttributeCatalog& keys) {
  const bool are_counted = AddCountedKeys(block.footer(), keys);
  if (are_counted && request.field == Field::kAttribute) return CheckCancelled(request);
  return ForEachRowGroup(request, block, budget, [&](RowSet& rows) {
    return are_counted ? keys.AddSharedAndNested(rows) : keys.AddRows(rows);
  });
}

}  // namespace

Result<Listing<AttributeKeyEntry>> ListAttributeKeys(const AttributeRequest& request,
                                                     DataSnapshot data, ListingBudget budget) {
  RETURN_IF_ERROR(CheckPlace(request));
  AttributeCatalog keys(request.field, request.prefix, budget);
  RETURN_IF_ERROR(
      ForEachChunk(request, data, [&keys](RowSet& rows) { return keys.AddRows(rows); }));
  SortNewestFirst(data.blocks);
  for (const BlockPtr& block : data.blocks) {
    RETURN_IF_ERROR(AddBlockKeys(request, *block, budget, keys));
  }
  return keys.MostFrequent(request.limit);
}

Result<Listing<AttributeValueEntry>> ListAttributeValues(const AttributeRequest& request,
                                                         DataSnapshot data, ListingBudget budget) {
  RETURN_IF_ERROR(CheckPlace(request));
  if (!request.field) return InvalidArgument("the values of an attribute need its place");
  AttributeValues values({*request.field, request.key}, request.prefix, budget);
  const auto add = [&values](RowSet& rows) { return values.AddRows(rows); };
  RETURN_IF_ERROR(ForEachChunk(request, data, add));
  SortNewestFirst(data.blocks);
  for (const BlockPtr& block : data.blocks) {
    RETURN_IF_ERROR(ForEachRowGroup(request, *block, budget, add));
  }
  return values.MostFrequent(request.limit);
}

}  // namespace spanhound::store
