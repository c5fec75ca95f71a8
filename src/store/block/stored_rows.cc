#include "store/block/stored_rows.h"

#include <algorithm>
#include <cstring>

#include "store/block/stored_codec.h"
#include "store/encoding/blob.h"
#include "store/encoding/integers.h"
#include "store/encoding/planes.h"

namespace spanhound::store {
namespace {

// From one row in so many on, decoding all of them is quicker.
constexpr size_t kManyRowsFrom = 16;

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

bool ReadSpanIdBytes(std::string_view section, size_t row_count, std::string* storage,
                     std::string_view* bytes) {
  ByteReader in(section);
  return ReadBlob(in, storage, bytes) && bytes->size() == row_count * model::SpanId::kSize;
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

bool ReadSpanIdRows(std::string_view section, size_t row_count, std::span<const uint32_t> rows,
                    SpanIds* cells) {
  std::string storage;
  std::string_view bytes;
  if (!ReadSpanIdBytes(section, row_count, &storage, &bytes)) return false;
  cells->clear();
  for (uint32_t row : rows) cells->push_back(SpanIdAt(bytes, row));
  return true;
}

bool ReadParentRows(std::string_view section, std::string_view span_ids, size_t row_count,
                    std::span<const uint32_t> rows, SpanIds* cells) {
  std::string id_storage;
  std::string_view ids;
  std::string storage;
  std::string_view bytes;
  std::vector<uint64_t> codes;
  ByteReader blob(section);
  if (!ReadSpanIdBytes(span_ids, row_count, &id_storage, &ids) ||
      !ReadBlob(blob, &storage, &bytes)) {
    return false;
  }
  ByteReader in(bytes);
  if (!ReadIntegers(in, row_count, &codes)) return false;
  const std::string_view elsewhere = in.rest();
  cells->assign(rows.size(), model::SpanId());
  size_t counted = 0;  // rows looked at for parents elsewhere
  size_t passed = 0;   // of which so many were
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint64_t code = codes[rows[i]];
    for (; counted < rows[i]; ++counted) passed += codes[counted] == kParentElsewhere ? 1 : 0;
    if (code == kNoParent) continue;
    if (code == kParentElsewhere) {
      if ((passed + 1) * model::SpanId::kSize > elsewhere.size()) return false;
      (*cells)[i] = SpanIdAt(elsewhere, passed);
      continue;
    }
    const uint64_t parent = rows[i] - static_cast<uint64_t>(UnZigZag(code - kFirstDistance));
    if (parent >= row_count) return false;
    (*cells)[i] = SpanIdAt(ids, parent);
  }
  return true;
}

bool ReadNumberRows(std::string_view section, size_t row_count, std::span<const uint32_t> rows,
                    std::vector<uint64_t>* cells) {
  ByteReader in(section);
  return ReadPlanesAt(in, row_count, rows, cells);
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

bool ReadTimeRows(std::string_view section, const TraceRuns& runs, size_t row_count,
                  std::span<const uint32_t> rows, std::vector<uint64_t>* cells) {
  if (rows.size() >= row_count / kManyRowsFrom) {
    std::vector<uint64_t> times;
    if (!ReadAllTimes(section, runs, row_count, &times)) return false;
    cells->resize(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) (*cells)[i] = times[rows[i]];
    return true;
  }
  ByteReader in(section);
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (mode == kPlainTimes) return ReadPlanesAt(in, row_count, rows, cells);
  if (mode != kTraceTimes) return false;
  const uint64_t first = in.ReadVarint();
  const std::vector<uint32_t> needed = RowsTimesNeed(runs, rows);
  std::vector<uint64_t> distances;
  if (!ReadPlanesAt(in, row_count, needed, &distances)) return false;
  SumDistances(runs, first, needed, rows, distances, cells);
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

bool ReadDurationRows(std::string_view ends_section, size_t row_count,
                      std::span<const uint32_t> rows, std::vector<uint64_t>* cells) {
  ByteReader in(ends_section);
  return in.ReadFixed<uint8_t>() == kDurations && ReadPlanesAt(in, row_count, rows, cells);
}

bool ReadEndRows(std::string_view section, std::span<const uint64_t> starts, size_t row_count,
                 std::span<const uint32_t> rows, std::vector<uint64_t>* cells) {
  ByteReader in(section);
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (mode > kSignedDurations || !ReadPlanesAt(in, row_count, rows, cells)) return false;
  for (size_t i = 0; i < starts.size(); ++i) {
    const uint64_t stored = (*cells)[i];
    (*cells)[i] =
        starts[i] + (mode == kDurations ? stored : static_cast<uint64_t>(UnZigZag(stored)));
  }
  return true;
}

}  // namespace spanhound::store
