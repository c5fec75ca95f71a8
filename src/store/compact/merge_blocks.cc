#include "store/compact/merge_blocks.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "store/block/row_order.h"
#include "store/compact/merge_order.h"
#include "store/compact/merge_source.h"

namespace spanhound::store {
namespace {

// Decides about the new dictionaries from the old ones. Values that stand in several count
// several times; where there are few altogether, a dictionary costs nothing.
void SealColumns(std::span<const BlockPtr> blocks, BlockColumns& columns) {
  struct Estimate {
    uint64_t value_count = 0;
    uint64_t distinct_count = 0;
  };
  std::vector<Estimate> estimates;
  for (const BlockPtr& block : blocks) {
    for (const BlockColumn& column : block->footer().columns) {
      const uint32_t number = columns.ColumnOf(column.id);
      if (estimates.size() <= number) estimates.resize(number + 1);
      estimates[number].value_count += column.value_count;
      estimates[number].distinct_count +=
          column.entry_count > 0 ? column.entry_count : column.value_count;
    }
  }
  for (uint32_t i = 0; i < estimates.size(); ++i) {
    const auto [value_count, distinct_count] = estimates[i];
    if (columns.values(i).is_sealed()) continue;
    columns.values(i).Seal(value_count <= 2 * kDictionaryEntriesMax ||
                           2 * distinct_count <= value_count);
  }
}

// The keys of attributes, those with most values first.
std::vector<std::string_view> KeysByValues(std::span<const BlockPtr> blocks) {
  HashMap<std::string_view, uint64_t, StringHash> counts;
  for (const BlockPtr& block : blocks) {
    for (const BlockColumn& column : block->footer().columns) {
      if (column.id.field != Field::kAttributes || column.id.is_rest()) continue;
      counts[column.id.key] += column.value_count;
    }
  }
  std::vector<std::pair<uint64_t, std::string_view>> ranked;
  for (const auto& [key, count] : counts) ranked.emplace_back(count, key);
  std::ranges::sort(ranked, std::greater<>());
  std::vector<std::string_view> keys;
  for (const auto& [count, key] : ranked) keys.push_back(key);
  return keys;
}

class BlockMerge {
 public:
  BlockMerge(WritableFile& file, std::span<const BlockPtr> blocks, size_t row_group_rows,
             const std::atomic<bool>& cancelled)
      : blocks_(blocks),
        row_group_rows_(row_group_rows),
        cancelled_(cancelled),
        table_(blocks[0]->footer().table),
        writer_(file, table_, std::string(blocks[0]->footer().tenant)) {
    writer_.columns().AdmitKeys(KeysByValues(blocks));
    SealColumns(blocks, writer_.columns());
    for (const BlockPtr& block : blocks) sources_.emplace_back(block, writer_.columns());
  }

  Result<BlockSummary> Write() {
    ASSIGN_OR_RETURN(const std::vector<MergeRun> runs, OrderMerge(blocks_, cancelled_));
    for (std::span<const MergeRun> rest = runs; !rest.empty();) {
      if (cancelled_) return Status(Code::kCancelled, "the merge was stopped");
      RETURN_IF_ERROR(WriteGroupOf(rest));
    }
    return writer_.Finish();
  }

 private:
  // Takes whole traces off `runs`, enough for a row group, and writes them.
  Status WriteGroupOf(std::span<const MergeRun>& runs) {
    RowTable rows(table_, writer_.columns());
    std::vector<uint32_t> order;
    std::vector<std::shared_ptr<const SourceRows>> memory;
    while (order.size() < row_group_rows_ && !runs.empty()) {
      const std::span<const MergeRun> trace = runs.first(EndOfTrace(runs));
      runs = runs.subspan(trace.size());
      const uint32_t first = static_cast<uint32_t>(rows.row_count());
      for (const MergeRun& run : trace) {
        ASSIGN_OR_RETURN(auto source, sources_[run.block].Rows(run.group));
        rows.AppendRows(*source, run.first, run.end);
        if (memory.empty() || memory.back() != source) memory.push_back(std::move(source));
      }
      AddTrace(rows, first, trace.size() > 1, order);
    }
    size_t first = 0;
    for (size_t end : CutRowGroups(rows.trace_ids(), order, row_group_rows_)) {
      RETURN_IF_ERROR(writer_.WriteGroup(rows, std::span(order).subspan(first, end - first)));
      first = end;
    }
    writer_.columns().ForgetWritten();
    return Status::Ok();
  }

  static size_t EndOfTrace(std::span<const MergeRun> runs) {
    size_t end = 1;
    while (end < runs.size() && runs[end].joins) ++end;
    return end;
  }

  // Rows from `first` on are one trace; those of a block are sorted.
  void AddTrace(const RowTable& rows, uint32_t first, bool is_joined,
                std::vector<uint32_t>& order) const {
    std::vector<uint32_t> trace(rows.row_count() - first);
    std::iota(trace.begin(), trace.end(), first);
    if (table_ == Table::kSpans) {
      const auto& times = rows.numbers(Field::kTime);
      const auto& ids = rows.span_ids();
      if (is_joined) {
        std::ranges::sort(trace, [&](uint32_t a, uint32_t b) {
          return std::tie(times[a], ids[a], a) < std::tie(times[b], ids[b], b);
        });
      }
      DropDuplicates(rows, trace);
    }
    order.insert(order.end(), trace.begin(), trace.end());
  }

  // Equal spans have equal keys, so they are neighbours.
  static void DropDuplicates(const RowTable& rows, std::vector<uint32_t>& order) {
    const auto have_equal_keys = [&rows](uint32_t a, uint32_t b) {
      return rows.span_ids()[a] == rows.span_ids()[b] &&
             rows.numbers(Field::kTime)[a] == rows.numbers(Field::kTime)[b] &&
             rows.trace_ids()[a] == rows.trace_ids()[b];
    };
    size_t kept = 0;         // rows kept so far
    size_t kept_of_key = 0;  // of those at the end, how many have the key at hand
    for (uint32_t row : order) {
      if (kept_of_key > 0 && !have_equal_keys(order[kept - 1], row)) kept_of_key = 0;
      const std::span<uint32_t> rivals = std::span(order).subspan(kept - kept_of_key, kept_of_key);
      if (std::ranges::any_of(rivals, [&](uint32_t rival) { return rows.AreEqual(rival, row); })) {
        continue;
      }
      order[kept++] = row;
      ++kept_of_key;
    }
    order.resize(kept);
  }

  const std::span<const BlockPtr> blocks_;
  const size_t row_group_rows_;
  const std::atomic<bool>& cancelled_;
  const Table table_;
  BlockWriter writer_;
  std::deque<MergeSource> sources_;  // by block
};

}  // namespace

Result<BlockSummary> MergeBlocks(WritableFile& file, std::span<const BlockPtr> blocks,
                                 size_t row_group_rows, const std::atomic<bool>& cancelled) {
  return BlockMerge(file, blocks, row_group_rows, cancelled).Write();
}

}  // namespace spanhound::store
