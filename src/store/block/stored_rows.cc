#include "store/block/stored_rows.h"

#include <algorithm>
#include <cstring>

#include "store/block/stored_codec.h"
#include "store/encoding/blob.h"
#include "store/encoding/integers.h"
#include "store/encoding/planes.h"

namespace spanhound::store {
namespace {

// Where a distance has to be known to tell the times of `rows`: the first rows of all traces up to
// the last of them, and the rows of their traces up to them.
std::vector<uint32_t> RowsTimesNeed(const TraceRuns& runs, std::span<const uint32_t> rows) {
  std::vector<uint32_t> needed;
  uint32_t row = 0;
  size_t wanted = 0;
  for (size_t run = 0; wanted < rows.size(); ++run) {
    needed.push_back(row);
    uint32_t last = row;
    for (; wanted < rows.size() && rows[wanted] < runs.ends[run]; ++wanted) last = rows[wanted];
    for (++row; row <= last; ++row) needed.push_back(row);
    row = runs.ends[run];
  }
  return needed;
}

// Sums of distances: as ReadTimes of stored_codec.cc.
void SumDistances(const TraceRuns& runs, uint64_t first, std::span<const uint32_t> needed,
                  std::span<const uint32_t> rows, std::vector<uint64_t>& distances,
                  std::vector<uint64_t>* cells) {
  uint64_t trace_start = first;
  size_t run = 0;
  size_t wanted = 0;
  cells->resize(rows.size());
  for (size_t i = 0; i < needed.size(); ++i) {
    while (needed[i] >= runs.ends[run]) ++run;
    const bool is_first = needed[i] == runs.FirstRow(run);
    distances[i] += is_first ? trace_start : distances[i - 1];
    if (is_first) trace_start = distances[i];
    if (wanted < rows.size() && rows[wanted] == needed[i]) (*cells)[wanted++] = distances[i];
  }
}

// Codes of a parent, as in id_codec.cc.
constexpr uint64_t kNoParent = 0;
constexpr uint64_t kParentElsewhere = 1;
constexpr uint64_t kFirstDistance = 2;

// The blob a section is, which is not kept if that is compressed.
bool OpenBlob(std::string& section, std::string* storage, std::string_view* bytes) {
  ByteReader in(section);
  if (!ReadBlob(in, storage, bytes)) return false;
  if (bytes->data() == storage->data()) section = {};
  return true;
}

uint16_t EndOf(const model::TraceId& id) {
  uint16_t end = 0;
  std::memcpy(&end, id.view().data() + model::TraceId::kSize - sizeof(end), sizeof(end));
  return end;
}

model::SpanId SpanIdAt(std::string_view bytes, size_t row) {
  model::SpanId id;
  id.SetBytes(bytes.substr(row * model::SpanId::kSize, model::SpanId::kSize));
  return id;
}

}  // namespace

size_t TraceRuns::RunOf(uint32_t row) const {
  return static_cast<size_t>(std::ranges::upper_bound(ends, row) - ends.begin());
}

bool ReadTraceRuns(std::string_view section, size_t row_count, TraceRuns* runs) {
  ByteReader blob(section);
  std::string storage;
  std::string_view bytes;
  if (!ReadBlob(blob, &storage, &bytes)) return false;
  ByteReader in(bytes);
  const size_t run_count = in.ReadCount(model::TraceId::kSize);
  std::vector<uint64_t> lengths;
  if (run_count > row_count || !ReadIntegers(in, run_count, &lengths)) return false;
  uint64_t end = 0;
  for (uint64_t length : lengths) {
    if (length == 0 || length > row_count - end) return false;
    end += length;
    runs->ends.push_back(static_cast<uint32_t>(end));
    if (!runs->ids.emplace_back().SetBytes(in.ReadBytes(model::TraceId::kSize))) return false;
  }
  return in.ok() && end == row_count;
}

std::vector<uint32_t> RowsOfTraces(const TraceRuns& runs, std::span<const model::TraceId> ids) {
  // Nearly all runs are told by the end of their id, which is random even where the start is not.
  std::vector<bool> ends_so(size_t{1} << 16);
  for (const model::TraceId& id : ids) ends_so[EndOf(id)] = true;
  std::vector<uint32_t> rows;
  for (size_t run = 0; run < runs.ids.size(); ++run) {
    if (!ends_so[EndOf(runs.ids[run])]) continue;
    if (!std::ranges::binary_search(ids, runs.ids[run])) continue;
    for (uint32_t row = runs.FirstRow(run); row < runs.ends[run]; ++row) rows.push_back(row);
  }
  return rows;
}

void TraceIdRows(const TraceRuns& runs, std::span<const uint32_t> rows, TraceIds* cells) {
  cells->clear();
  cells->reserve(rows.size());
  size_t run = 0;
  for (uint32_t row : rows) {
    while (row >= runs.ends[run]) ++run;
    cells->push_back(runs.ids[run]);
  }
}

bool OpenColumn(Field field, size_t row_count, OpenNumbers* column) {
  ByteReader in(column->section);
  if (field == Field::kTime || field == Field::kEndTime) {
    column->mode = in.ReadFixed<uint8_t>();
    if (column->mode > (field == Field::kTime ? kTraceTimes : kSignedDurations)) return false;
  }
  if (field == Field::kTime && column->mode == kTraceTimes) column->first_time = in.ReadVarint();
  return in.ok() && column->planes.Open(in, row_count);
}

bool OpenColumn(Field, size_t row_count, OpenSpanIds* column) {
  return OpenBlob(column->section, &column->storage, &column->ids) &&
         column->ids.size() == row_count * model::SpanId::kSize;
}

bool OpenColumn(Field, size_t row_count, OpenParents* column) {
  std::string_view bytes;
  if (!OpenBlob(column->section, &column->storage, &bytes)) return false;
  ByteReader in(bytes);
  if (!ReadIntegers(in, row_count, &column->codes)) return false;
  column->parents_elsewhere = in.rest();
  for (uint32_t row = 0; row < row_count; ++row) {
    if (column->codes[row] == kParentElsewhere) column->rows_elsewhere.push_back(row);
  }
  return column->rows_elsewhere.size() * model::SpanId::kSize <= column->parents_elsewhere.size();
}

void SpanIdRows(const OpenSpanIds& column, std::span<const uint32_t> rows, SpanIds* cells) {
  cells->clear();
  for (uint32_t row : rows) cells->push_back(SpanIdAt(column.ids, row));
}

bool ReadParentRows(const OpenParents& column, const OpenSpanIds& span_ids,
                    std::span<const uint32_t> rows, SpanIds* cells) {
  cells->assign(rows.size(), model::SpanId());
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t code = column.codes[rows[i]];
    if (code == kNoParent) continue;
    if (code == kParentElsewhere) {
      const auto at = std::ranges::lower_bound(column.rows_elsewhere, rows[i]);
      const auto number = static_cast<size_t>(at - column.rows_elsewhere.begin());
      (*cells)[i] = SpanIdAt(column.parents_elsewhere, number);
      continue;
    }
    const uint64_t parent = rows[i] - static_cast<uint64_t>(UnZigZag(code - kFirstDistance));
    if (parent >= column.codes.size()) return false;
    (*cells)[i] = SpanIdAt(span_ids.ids, parent);
  }
  return true;
}

void NumberRows(const OpenNumbers& column, std::span<const uint32_t> rows,
                std::vector<uint64_t>* cells) {
  cells->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) (*cells)[i] = column.planes.At(rows[i]);
}

void TimeRows(const OpenNumbers& column, const TraceRuns& runs, std::span<const uint32_t> rows,
              std::vector<uint64_t>* cells) {
  if (column.mode == kPlainTimes) return NumberRows(column, rows, cells);
  const std::vector<uint32_t> needed = RowsTimesNeed(runs, rows);
  std::vector<uint64_t> distances;
  NumberRows(column, needed, &distances);
  SumDistances(runs, column.first_time, needed, rows, distances, cells);
}

void EndRows(const OpenNumbers& column, std::span<const uint64_t> starts,
             std::span<const uint32_t> rows, std::vector<uint64_t>* cells) {
  NumberRows(column, rows, cells);
  for (size_t i = 0; i < starts.size(); ++i) {
    const uint64_t stored = (*cells)[i];
    (*cells)[i] =
        starts[i] + (column.mode == kDurations ? stored : static_cast<uint64_t>(UnZigZag(stored)));
  }
}

bool ReadAllTimes(std::string_view section, const TraceRuns& runs, size_t row_count,
                  std::vector<uint64_t>* times) {
  ByteReader in(section);
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (mode == kPlainTimes) return ReadPlanes(in, row_count, times);
  if (mode != kTraceTimes) return false;
  uint64_t trace_start = in.ReadVarint();
  if (!ReadPlanes(in, row_count, times)) return false;
  size_t row = 0;
  for (uint32_t end : runs.ends) {
    uint64_t time = trace_start += (*times)[row];
    (*times)[row] = time;
    for (++row; row < end; ++row) (*times)[row] = time += (*times)[row];
  }
  return true;
}

bool HoldsDurations(std::string_view ends_section) {
  return !ends_section.empty() && static_cast<uint8_t>(ends_section[0]) == kDurations;
}

bool ReadAllDurations(std::string_view ends_section, size_t row_count,
                      std::vector<uint64_t>* durations) {
  ByteReader in(ends_section);
  return in.ReadFixed<uint8_t>() == kDurations && ReadPlanes(in, row_count, durations);
}

}  // namespace spanhound::store
