#include "store/scan/count.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <utility>

#include "base/hash_map.h"
#include "store/scan/part_reader.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::Resource;

// Equal addresses are equal values; equal values at different addresses meet again as text.
struct CellAddress {
  uint64_t word = 0;
  uint64_t more = 0;
  bool operator==(const CellAddress&) const = default;
};

struct CellAddressHash {
  size_t operator()(const CellAddress& address) const {
    return (address.word ^ std::rotl(address.more, 32)) * 0x9e3779b97f4a7c15u;
  }
};

CellAddress AddressOf(uint64_t number) { return {number, 0}; }
CellAddress AddressOf(std::string_view text) {
  return {reinterpret_cast<uint64_t>(text.data()), text.size()};
}
CellAddress AddressOf(const Resource* resource) {
  return {reinterpret_cast<uint64_t>(resource), 0};
}
CellAddress AddressOf(const AttributeValue& value) {
  const uint64_t more = static_cast<uint64_t>(value.type) << 32 | value.size;
  switch (value.type) {
    case model::ValueType::kEmpty: return {0, more};
    case model::ValueType::kBool: return {value.boolean ? 1u : 0u, more};
    case model::ValueType::kInt: return {static_cast<uint64_t>(value.integer), more};
    case model::ValueType::kDouble: return {std::bit_cast<uint64_t>(value.real), more};
    default: return {reinterpret_cast<uint64_t>(value.data), more};
  }
}

std::string TextOf(uint64_t number) { return std::to_string(number); }
std::string TextOf(std::string_view text) { return std::string(text); }
std::string TextOf(const Resource* resource) { return std::string(resource->service_name()); }
std::string TextOf(const AttributeValue& value) { return model::ToText(value); }

bool IsAbsent(const AttributeValue& value) { return value.type == model::ValueType::kEmpty; }
bool IsAbsent(const auto&) { return false; }

using Groups = StringMap<uint64_t>;

struct CountedRows {
  const RowMask& mask;
  std::span<const uint64_t> weights;

  uint64_t weight(size_t row) const { return weights.empty() ? 1 : weights[row]; }
};

template <typename Cell>
void AddGroups(const std::vector<Cell>& cells, const CountedRows& rows, Groups* groups) {
  struct Entry {
    const Cell* cell;
    uint64_t count;
  };
  HashMap<CellAddress, Entry, CellAddressHash> entries;
  for (size_t row = 0; row < cells.size(); ++row) {
    if (rows.mask[row] == 0 || IsAbsent(cells[row])) continue;
    const auto [found, is_new] = entries.try_emplace(AddressOf(cells[row]), Entry{&cells[row], 0});
    found->second.count += rows.weight(row);
  }
  for (const auto& [address, entry] : entries) (*groups)[TextOf(*entry.cell)] += entry.count;
}

uint64_t SumWeights(const CountedRows& rows) {
  if (rows.weights.empty()) return CountRows(rows.mask);
  uint64_t sum = 0;
  for (size_t row = 0; row < rows.mask.size(); ++row) sum += rows.mask[row] * rows.weights[row];
  return sum;
}

Status AddGroupsOf(const Column& column, RowSet& row_set, const CountedRows& rows, Groups* groups) {
  // Of a service name the resource is enough: far fewer than rows.
  const bool is_service = column.field == Field::kServiceName;
  const Column read = is_service ? Column{Field::kResource} : column;
  ASSIGN_OR_RETURN(const ColumnData* data, row_set.Load(read));
  if (const auto* numbers = std::get_if<std::vector<uint64_t>>(data)) {
    AddGroups(*numbers, rows, groups);
  } else if (const auto* texts = std::get_if<std::vector<std::string_view>>(data)) {
    AddGroups(*texts, rows, groups);
  } else if (const auto* values = std::get_if<std::vector<AttributeValue>>(data)) {
    AddGroups(*values, rows, groups);
  } else if (const auto* resources = std::get_if<std::vector<const Resource*>>(data)) {
    AddGroups(*resources, rows, groups);
  }
  return Status::Ok();
}

// What all threads of one count share.
class SharedCount {
 public:
  SharedCount(const CountRequest& request, const PartReader& reader, size_t thread_count)
      : request_(request), reader_(reader), thread_count_(thread_count) {}

  // Part after part; nothing more is read after the first error.
  void Add(const CountPart& part) {
    if (failed_.load(std::memory_order_relaxed)) return;
    if (Status status = TryAdd(part); !status.ok()) {
      std::lock_guard lock(mutex_);
      if (status_.ok()) status_ = std::move(status);
      failed_ = true;
    }
  }

  // Which is there even if there are no rows.
  void AddGroupOfAll() { groups_[""] = 0; }

  Result<std::vector<GroupCount>> Finish() {
    RETURN_IF_ERROR(status_);
    std::vector<GroupCount> out;
    for (const auto& [value, row_count] : groups_) out.push_back({value, row_count});
    std::ranges::sort(out, [](const GroupCount& a, const GroupCount& b) {
      return a.row_count != b.row_count ? a.row_count > b.row_count : a.value < b.value;
    });
    return out;
  }

 private:
  Status TryAdd(const CountPart& part) {
    RETURN_IF_ERROR(reader_.CheckCancelled());
    Groups groups;
    if (!request_.group_by && reader_.WantsAllRows(part.part.bounds) && part.weights.empty()) {
      groups[""] = part.part.row_count;
      return Merge(groups);
    }
    ASSIGN_OR_RETURN(std::shared_ptr<RowSet> rows, part.part.open());
    ASSIGN_OR_RETURN(const RowMask mask, reader_.MatchingRows(*rows, part.part.bounds));
    const CountedRows counted{mask, part.weights};
    if (!request_.group_by) {
      groups[""] = SumWeights(counted);
    } else if (CountRows(mask) > 0) {
      RETURN_IF_ERROR(AddGroupsOf(*request_.group_by, *rows, counted, &groups));
    }
    // Up to this many bytes on every thread at the same time.
    RETURN_IF_ERROR(reader_.CheckMemory(rows->memory_bytes() * thread_count_));
    return Merge(groups);
  }

  Status Merge(const Groups& groups) {
    std::lock_guard lock(mutex_);
    for (const auto& [value, row_count] : groups) {
      const auto [found, is_new] = groups_.try_emplace(value, 0);
      found->second += row_count;
      if (is_new) group_bytes_ += sizeof(*found) + value.size();
    }
    if (groups_.size() > request_.groups_max) {
      return Status(Code::kOutOfRange, "there are more than " +
                                           std::to_string(request_.groups_max) +
                                           " distinct values to count by: narrow the conditions");
    }
    return reader_.CheckMemory(group_bytes_);
  }

  const CountRequest& request_;
  const PartReader& reader_;
  const size_t thread_count_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  Status status_;             // guarded by mutex_
  Groups groups_;             // guarded by mutex_
  uint64_t group_bytes_ = 0;  // guarded by mutex_
};

Status CheckGroupBy(const CountRequest& request) {
  if (!request.group_by) return Status::Ok();
  const Field field = request.group_by->field;
  if (!IsResultColumn(request.table, field)) return InvalidArgument("the table has no such column");
  const CellType type = CellTypeOf(field);
  if (type == CellType::kNumber || type == CellType::kText || type == CellType::kValue) {
    return Status::Ok();
  }
  return InvalidArgument("that column cannot be counted by");
}

bool ReadsOnlyFields(const Predicate& predicate, std::span<const Field> fields) {
  if (predicate.kind == Predicate::Kind::kCompare) {
    return std::ranges::find(fields, predicate.column.field) != fields.end();
  }
  return std::ranges::all_of(predicate.children, [fields](const Predicate& child) {
    return ReadsOnlyFields(child, fields);
  });
}

}  // namespace

Result<std::vector<GroupCount>> CountGroups(const CountRequest& request,
                                            std::span<const CountPart> parts, ScanPool& pool) {
  RETURN_IF_ERROR(CheckGroupBy(request));
  ScanRequest scan;
  scan.table = request.table;
  scan.time = request.time;
  scan.filter = request.filter;
  scan.memory_bytes_max = request.memory_bytes_max;
  scan.cancelled = request.cancelled;
  ASSIGN_OR_RETURN(const PartReader reader, PartReader::Make(std::move(scan)));
  SharedCount count(request, reader, pool.thread_count());
  if (!request.group_by) count.AddGroupOfAll();
  pool.ForEach(parts.size(), [&](size_t i) { count.Add(parts[i]); });
  return count.Finish();
}

bool ReadsOnly(const CountRequest& request, std::span<const Field> fields) {
  const bool groups_fit =
      !request.group_by || std::ranges::find(fields, request.group_by->field) != fields.end();
  return groups_fit && ReadsOnlyFields(request.filter, fields);
}

}  // namespace spanhound::store
