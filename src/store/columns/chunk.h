// Chunk: some rows of one table and tenant as encoded columns; the one shape of live data. A batch
// is encoded once at the door; those bytes, compressed, are its log record, and as they are its
// part of the head. ChunkRows decodes the columns a scan asks for. Immutable, any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/status.h"
#include "store/columns/chunk_filter.h"
#include "store/columns/dictionary.h"
#include "store/columns/schema.h"

namespace spanhound::store {

// What is known of a set of rows without looking at them; for logs the durations stay 0.
struct RowBounds {
  uint64_t min_time = UINT64_MAX;
  uint64_t max_time = 0;
  uint64_t min_duration = UINT64_MAX;
  uint64_t max_duration = 0;

  bool operator==(const RowBounds&) const = default;
  void Add(uint64_t time, uint64_t duration) {
    min_time = std::min(min_time, time);
    max_time = std::max(max_time, time);
    min_duration = std::min(min_duration, duration);
    max_duration = std::max(max_duration, duration);
  }
  void Add(const RowBounds& other) {
    min_time = std::min(min_time, other.min_time);
    max_time = std::max(max_time, other.max_time);
    min_duration = std::min(min_duration, other.min_duration);
    max_duration = std::max(max_duration, other.max_duration);
  }
};

struct Chunk {
  Table table = Table::kSpans;
  std::string tenant;
  std::string bytes;  // docs/format/wal.md, "Payload"; everything below points into it
  size_t row_count = 0;
  // In the order of StoredColumns(table). Empty: every cell of the column is zero, empty or absent.
  std::vector<std::string_view> columns;
  DecodedDictionaries dictionaries;
  RowBounds bounds;
  std::vector<uint32_t> trace_fingerprints;  // of the trace ids, sorted, each once
  Arena arena;                               // of the dictionaries
  uint64_t allocated_bytes = 0;

  // False: no row is of any of the traces with these fingerprints.
  bool MayHoldTraces(std::span<const uint32_t> fingerprints) const;

  // Made when first asked for; null if a column is damaged. Adds about 6 % to the memory of chunks
  // that were asked about, which is not in allocated_bytes.
  const ChunkFilter* filter() const {
    std::call_once(filter_once, [this] { made_filter = ChunkFilter::Of(*this); });
    return made_filter.get();
  }

  std::string_view column(Field field) const { return columns[StoredIndex(table, field)]; }

  mutable std::once_flag filter_once;
  mutable std::unique_ptr<const ChunkFilter> made_filter;  // behind filter()
};

using ChunkPtr = std::shared_ptr<const Chunk>;

// Sorted, each once.
std::vector<uint32_t> TraceFingerprints(std::span<const model::TraceId> ids);

inline uint64_t DurationOf(uint64_t start, uint64_t end) { return end > start ? end - start : 0; }

// Refused at the door and when read: a batch of more rows could not be decoded within the budget.
inline constexpr size_t kChunkRowsMax = 1u << 20;
// What one decoded chunk may take; a request is limited far below by the doors.
inline constexpr uint64_t kChunkBytesMax = 1u << 30;

// Encodes rows. `columns`: all of StoredColumns(table), `row_count` cells each.
std::string EncodeChunk(Table table, size_t row_count, const std::vector<ColumnData>& columns);

// Takes over bytes made by EncodeChunk. Reads what every scan needs: dictionaries, the place of
// every column, bounds; the other columns are decoded, and found damaged, when they are asked for.
// DATA_LOSS for bytes that are no chunk.
Result<std::shared_ptr<Chunk>> ReadChunk(Table table, std::string tenant, std::string bytes);

}  // namespace spanhound::store
