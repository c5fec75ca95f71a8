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
#include "store/columns/schema.h"
#include "store/encoding/planes.h"

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

// A column opened to be asked for single rows again and again: what is compressed in its section is
// decompressed, what is packed stays so. Made in place: it points into itself.

struct OpenNumbers {  // times, ends, resources and scopes too
  std::string section;
  uint8_t mode = 0;         // of times and ends
  uint64_t first_time = 0;  // of times in traces: distances start there
  OpenPlanes planes;
  uint64_t allocated_bytes() const { return section.capacity() + planes.allocated_bytes(); }
};
struct OpenSpanIds {
  std::string section;
  std::string storage;
  std::string_view ids;  // one behind the other
  uint64_t allocated_bytes() const { return section.capacity() + storage.capacity(); }
};
// Parents are named by the distance to their row.
struct OpenParents {
  std::string section;
  std::string storage;
  std::vector<uint64_t> codes;           // by row
  std::vector<uint32_t> rows_elsewhere;  // whose parents are not in the row group
  std::string_view parents_elsewhere;    // their ids
  uint64_t allocated_bytes() const {
    return section.capacity() + storage.capacity() + codes.capacity() * sizeof(uint64_t) +
           rows_elsewhere.capacity() * sizeof(uint32_t);
  }
};
// `section` is set.
bool OpenColumn(Field field, size_t row_count, OpenNumbers* column);
bool OpenColumn(Field field, size_t row_count, OpenSpanIds* column);
bool OpenColumn(Field field, size_t row_count, OpenParents* column);

void SpanIdRows(const OpenSpanIds& column, std::span<const uint32_t> rows, SpanIds* cells);
bool ReadParentRows(const OpenParents& column, const OpenSpanIds& span_ids,
                    std::span<const uint32_t> rows, SpanIds* cells);
// As they stand: distances of times, durations of ends.
void NumberRows(const OpenNumbers& column, std::span<const uint32_t> rows,
                std::vector<uint64_t>* cells);
void TimeRows(const OpenNumbers& column, const TraceRuns& runs, std::span<const uint32_t> rows,
              std::vector<uint64_t>* cells);
// `starts`: of `rows`.
void EndRows(const OpenNumbers& column, std::span<const uint64_t> starts,
             std::span<const uint32_t> rows, std::vector<uint64_t>* cells);

bool ReadAllTimes(std::string_view section, const TraceRuns& runs, size_t row_count,
                  std::vector<uint64_t>* times);
// Whether ends are stored as durations, which then need no times: not if one is before its start.
bool HoldsDurations(std::string_view ends_section);
bool ReadAllDurations(std::string_view ends_section, size_t row_count,
                      std::vector<uint64_t>* durations);

}  // namespace spanhound::store
