// Single rows of the stored columns of a row group of spans: as stored_codec.h, but only what the
// rows asked for need is decoded, for a trace is a few rows of thousands. Pure functions; false on
// damaged bytes. `rows`: ascending, below `row_count`; `cells` are theirs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.h"
#include "store/columns/id_codec.h"

namespace spanhound::store {

// The trace ids of a row group, one a run of rows.
struct TraceRuns {
  std::vector<uint32_t> ends;  // row behind the last one of each run
  std::vector<model::TraceId> ids;

  size_t RunOf(uint32_t row) const;
  uint32_t FirstRow(size_t run) const { return run == 0 ? 0 : ends[run - 1]; }
  uint64_t allocated_bytes() const {
    return ends.capacity() * sizeof(uint32_t) + ids.capacity() * sizeof(model::TraceId);
  }
};
bool ReadTraceRuns(std::string_view section, size_t row_count, TraceRuns* runs);
// The rows of these traces; `ids`: sorted.
std::vector<uint32_t> RowsOfTraces(const TraceRuns& runs, std::span<const model::TraceId> ids);

void TraceIdRows(const TraceRuns& runs, std::span<const uint32_t> rows, TraceIds* cells);
bool ReadSpanIdRows(std::string_view section, size_t row_count, std::span<const uint32_t> rows,
                    SpanIds* cells);
// Parents are named by the distance to their row: `span_ids` is that section.
bool ReadParentRows(std::string_view section, std::string_view span_ids, size_t row_count,
                    std::span<const uint32_t> rows, SpanIds* cells);
bool ReadNumberRows(std::string_view section, size_t row_count, std::span<const uint32_t> rows,
                    std::vector<uint64_t>* cells);
bool ReadAllTimes(std::string_view section, const TraceRuns& runs, size_t row_count,
                  std::vector<uint64_t>* times);
bool ReadTimeRows(std::string_view section, const TraceRuns& runs, size_t row_count,
                  std::span<const uint32_t> rows, std::vector<uint64_t>* cells);
// Whether ends are stored as durations, which then need no times: not if one is before its start.
bool HoldsDurations(std::string_view ends_section);
bool ReadAllDurations(std::string_view ends_section, size_t row_count,
                      std::vector<uint64_t>* durations);
bool ReadDurationRows(std::string_view ends_section, size_t row_count,
                      std::span<const uint32_t> rows, std::vector<uint64_t>* cells);
// `starts`: of `rows`.
bool ReadEndRows(std::string_view section, std::span<const uint64_t> starts, size_t row_count,
                 std::span<const uint32_t> rows, std::vector<uint64_t>* cells);

}  // namespace spanhound::store
