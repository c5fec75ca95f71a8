#include "store/columns/id_codec.h"

#include "base/hash_map.h"
#include "store/encoding/integers.h"

namespace spanhound::store {
namespace {

using model::SpanId;
using model::TraceId;

// Codes of a parent; from kFirstDistance on: zigzag(row - parent's row).
constexpr uint64_t kNoParent = 0;
constexpr uint64_t kParentElsewhere = 1;  // its id follows in full
constexpr uint64_t kFirstDistance = 2;

// Up to here comparing with every row of the trace beats building a map.
constexpr size_t kLinearRows = 16;

class ParentFinder {
 public:
  void SetRows(std::span<const SpanId> span_ids, size_t first, size_t end) {
    span_ids_ = span_ids;
    first_ = first;
    end_ = end;
    rows_.clear();
    if (end - first <= kLinearRows) return;
    for (size_t row = first; row < end; ++row) rows_.try_emplace(span_ids[row], row);
  }

  // The row of `id`, or `end`.
  size_t Find(const SpanId& id) const {
    if (end_ - first_ > kLinearRows) {
      const auto found = rows_.find(id);
      return found == rows_.end() ? end_ : found->second;
    }
    size_t row = first_;
    while (row < end_ && span_ids_[row] != id) ++row;
    return row;
  }

 private:
  std::span<const SpanId> span_ids_;
  size_t first_ = 0;
  size_t end_ = 0;
  HashMap<SpanId, size_t, model::IdHash> rows_;
};

size_t EndOfRun(std::span<const TraceId> ids, size_t first) {
  size_t end = first + 1;
  while (end < ids.size() && ids[end] == ids[first]) ++end;
  return end;
}

}  // namespace

void AppendTraceIds(std::string& out, std::span<const TraceId> ids) {
  std::vector<uint64_t> lengths;
  std::string runs;
  for (size_t first = 0; first < ids.size();) {
    const size_t end = EndOfRun(ids, first);
    lengths.push_back(end - first);
    runs.append(ids[first].view());
    first = end;
  }
  AppendVarint(out, lengths.size());
  AppendIntegers(out, lengths);
  out.append(runs);
}

bool ReadTraceIds(ByteReader& in, size_t count, DecodeMemory& memory, TraceIds* ids) {
  const size_t run_count = in.ReadCount(TraceId::kSize);
  std::vector<uint64_t> lengths;
  if (run_count > count || !memory.Take(count, sizeof(TraceId))) return false;
  if (!ReadIntegers(in, run_count, &lengths)) return false;
  ids->clear();
  ids->reserve(count);
  for (uint64_t length : lengths) {
    TraceId id;
    if (!id.SetBytes(in.ReadBytes(TraceId::kSize)) || length > count - ids->size()) return false;
    ids->insert(ids->end(), length, id);
  }
  return in.ok() && ids->size() == count;
}

void AppendSpanIds(std::string& out, std::span<const SpanId> ids) {
  out.append(reinterpret_cast<const char*>(ids.data()), ids.size_bytes());
}

bool ReadSpanIds(ByteReader& in, size_t count, DecodeMemory& memory, SpanIds* ids) {
  static_assert(sizeof(SpanId) == SpanId::kSize);
  if (count > in.remaining() / SpanId::kSize || !memory.Take(count, sizeof(SpanId))) return false;
  const std::string_view bytes = in.ReadBytes(count * SpanId::kSize);
  ids->resize(count);
  if (count > 0) std::memcpy(ids->data(), bytes.data(), bytes.size());
  return in.ok();
}

void AppendParents(std::string& out, std::span<const TraceId> trace_ids,
                   std::span<const SpanId> span_ids, std::span<const SpanId> parents) {
  std::vector<uint64_t> codes(parents.size(), kNoParent);
  std::string elsewhere;
  ParentFinder finder;
  for (size_t first = 0; first < parents.size();) {
    const size_t end = EndOfRun(trace_ids, first);
    finder.SetRows(span_ids, first, end);
    for (size_t row = first; row < end; ++row) {
      if (parents[row].is_zero()) continue;
      const size_t parent = finder.Find(parents[row]);
      if (parent == end) {
        codes[row] = kParentElsewhere;
        elsewhere.append(parents[row].view());
      } else {
        codes[row] = kFirstDistance + ZigZag(static_cast<int64_t>(row - parent));
      }
    }
    first = end;
  }
  AppendIntegers(out, codes);
  out.append(elsewhere);
}

bool ReadParents(ByteReader& in, std::span<const SpanId> span_ids, DecodeMemory& memory,
                 SpanIds* parents) {
  std::vector<uint64_t> codes;
  if (!memory.Take(span_ids.size(), sizeof(SpanId))) return false;
  if (!ReadIntegers(in, span_ids.size(), &codes)) return false;
  parents->assign(span_ids.size(), SpanId());
  for (size_t row = 0; row < codes.size(); ++row) {
    if (codes[row] == kNoParent) continue;
    if (codes[row] == kParentElsewhere) {
      if (!(*parents)[row].SetBytes(in.ReadBytes(SpanId::kSize))) return false;
      continue;
    }
    const uint64_t distance = static_cast<uint64_t>(UnZigZag(codes[row] - kFirstDistance));
    const uint64_t parent = row - distance;
    if (parent >= span_ids.size()) return false;
    (*parents)[row] = span_ids[parent];
  }
  return in.ok();
}

}  // namespace spanhound::store
