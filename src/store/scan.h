// The read seam: everything that reads telemetry goes through ScanSource. It speaks of columns,
// predicates, time ranges, order and limits, never of blocks or files, so that another store
// (ClickHouse: predicates as SQL, batches of columns back) can stand behind it. Predicates are
// evaluated here, exactly, over everything acknowledged so far; callers need not check again.
//
// ScanSource may be used from any thread. A ScanStream belongs to one thread at a time, sees a
// snapshot of the moment it was made, and must not outlive its source; its batches may. Errors:
// INVALID_ARGUMENT for a request that makes no sense, RESOURCE_EXHAUSTED past the memory budget,
// CANCELLED, DATA_LOSS for a damaged file. Parts of the data are read on several threads; an error
// in any of them is the error of the scan.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/listing.h"
#include "base/status.h"
#include "model/attribute.h"
#include "model/ids.h"
#include "model/log_batch.h"
#include "model/resource.h"
#include "model/span_batch.h"

namespace spanhound::store {

enum class Table { kSpans, kLogs };

// What a column holds. Behind the dash: the type of its cells (see ColumnData).
enum class Field {
  // Both tables.
  kTraceId,                 // - TraceId
  kSpanId,                  // - SpanId
  kTime,                    // - uint64, span start or log time, nanoseconds since 1970
  kServiceName,             // - text
  kResource,                // - Resource, whole
  kScope,                   // - Scope, whole
  kAttributes,              // - all attributes of the span or log record
  kFlags,                   // - uint64
  kDroppedAttributesCount,  // - uint64
  kScopeName,               // - text
  kScopeVersion,            // - text
  // Spans.
  kParentSpanId,        // - SpanId
  kName,                // - text
  kKind,                // - uint64, model::SpanKind
  kEndTime,             // - uint64
  kDuration,            // - uint64, nanoseconds
  kStatusCode,          // - uint64, model::StatusCode
  kStatusMessage,       // - text
  kTraceState,          // - text
  kEvents,              // - events, whole
  kLinks,               // - links, whole
  kDroppedEventsCount,  // - uint64
  kDroppedLinksCount,   // - uint64
  // Logs.
  kObservedTime,    // - uint64
  kSeverityNumber,  // - uint64
  kSeverityText,    // - text
  kEventName,       // - text
  kBody,            // - AttributeValue
  // One attribute by Column::key; cells are AttributeValue, kEmpty where absent.
  kAttribute,  // of the span or log record itself
  kResourceAttribute,
  kScopeAttribute,
  // Only in predicates: true if any event, any link, or anything at all of the row has it.
  kEventAttribute,
  kLinkAttribute,
  kAnyAttribute,
  // Only in predicates over spans: true if the name of any event compares so.
  kSpanEventName,
};

struct Column {
  Field field;
  std::string key = {};
};

// Ids are given as their raw bytes in a std::string.
using Literal = std::variant<std::string, bool, int64_t, double>;

enum class Op {
  kEqual,     // same type family and equal; integers and doubles compare as numbers
  kNotEqual,  // present, same type family, and different
  kLess,      // numbers as numbers, text by bytes
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kTextEqual,  // model::ToText of the value equals the literal: for untyped query strings
  kContains,   // model::ToText of the value contains the literal, byte for byte
  kMatches,    // RE2, unanchored
  kExists,
  kIn,  // equals one of `values`
};

// A tree of conditions on one row. The default-made predicate holds for every row.
struct Predicate {
  enum class Kind { kTrue, kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kTrue;
  std::vector<Predicate> children;  // kAnd, kOr: any number; kNot: one
  Column column{Field::kTraceId};   // kCompare
  Op op = Op::kEqual;
  std::vector<Literal> values;  // one; none for kExists; any number for kIn

  static Predicate And(std::vector<Predicate> children);
  static Predicate Or(std::vector<Predicate> children);
  static Predicate Not(Predicate child);
  static Predicate Compare(Column column, Op op, Literal value);
  static Predicate Exists(Column column);
  static Predicate In(Column column, std::vector<Literal> values);
};

// Half open, in Field::kTime; a range to the end of time includes it, whatever clocks may say.
struct TimeRange {
  uint64_t min_unix_nanos = 0;
  uint64_t max_unix_nanos = UINT64_MAX;

  bool Contains(uint64_t time) const {
    return time >= min_unix_nanos && (time < max_unix_nanos || max_unix_nanos == UINT64_MAX);
  }
  bool ContainsAll(uint64_t min, uint64_t max) const { return Contains(min) && Contains(max); }
};

// Ties are broken by (trace id, span id), then by the content of the row, so every order is total,
// whether rows lie in the head or in blocks, and pages never overlap.
enum class Order { kNone, kNewestFirst, kOldestFirst, kSlowestFirst };

// Position behind a row of an ordered scan, from ScanStream::position(); opaque to callers but for
// being copyable.
struct Cursor {
  uint64_t key = 0;  // the time or duration of that row
  model::TraceId trace_id;
  model::SpanId span_id;
  uint64_t tie_row_count = 1;  // rows with all of these that were given, that row included
};

struct ScanRequest {
  Table table = Table::kSpans;
  std::string tenant = std::string(model::kDefaultTenant);
  TimeRange time;
  Predicate filter;
  std::vector<Column> columns;
  Order order = Order::kNone;
  uint64_t limit = UINT64_MAX;             // rows
  std::optional<Cursor> after;             // continue behind this row; needs an order
  uint64_t memory_bytes_max = 256u << 20;  // what the stream may hold at a time, in flight too
  const std::atomic<bool>* cancelled = nullptr;  // checked between row groups; may be null
};

// The cells of one column, one per row of the batch.
using ColumnData =
    std::variant<std::vector<uint64_t>, std::vector<std::string_view>, std::vector<model::TraceId>,
                 std::vector<model::SpanId>, std::vector<model::AttributeValue>,
                 std::vector<std::span<const model::Attribute>>,
                 std::vector<std::span<const model::SpanEvent>>,
                 std::vector<std::span<const model::SpanLink>>, std::vector<const model::Resource*>,
                 std::vector<const model::Scope*>>;

// All views point into `memory`, which may be kept for as long as they are needed.
struct ColumnBatch {
  size_t row_count = 0;
  std::vector<ColumnData> columns;  // in the order of ScanRequest::columns
  std::shared_ptr<const void> memory;

  template <typename Cell>
  const std::vector<Cell>& column(size_t index) const {
    return std::get<std::vector<Cell>>(columns[index]);
  }
};

class ScanStream {
 public:
  virtual ~ScanStream() = default;
  // The next rows, never none; nullopt at the end.
  virtual Result<std::optional<ColumnBatch>> Next() = 0;
  // Behind the last row given, where another scan of the same order goes on: ScanRequest::after.
  // Nothing without an order, and before the first row.
  virtual std::optional<Cursor> position() const { return std::nullopt; }
};

struct OperationEntry {
  std::string name;
  model::SpanKind kind = model::SpanKind::kUnspecified;
  uint64_t span_count = 0;
};

// More distinct values are no answer a person reads, and each takes memory.
inline constexpr size_t kCountGroupsMax = 10'000;

// How many rows match, by the value of a column.
struct CountRequest {
  Table table = Table::kSpans;
  std::string tenant = std::string(model::kDefaultTenant);
  TimeRange time;
  Predicate filter;
  // Of text, numbers or attribute values; nothing: all rows are one group.
  std::optional<Column> group_by;
  size_t groups_max = kCountGroupsMax;
  uint64_t memory_bytes_max = 256u << 20;
  const std::atomic<bool>* cancelled = nullptr;  // as in a ScanRequest
};

struct GroupCount {
  std::string value;  // model::ToText of it, numbers in decimal; "" for the one group of all
  uint64_t row_count = 0;
};

// An attribute key and the type of its values. A key that has values of two types is there twice.
struct AttributeKeyEntry {
  Field field = Field::kAttribute;  // where it is; one of the five HasKey fields that are one place
  std::string key;
  model::ValueType type = model::ValueType::kEmpty;
  uint64_t count = 0;  // how often; an attribute of a resource or scope counts with every row
};

struct AttributeValueEntry {
  std::string text;  // model::ToText
  model::ValueType type = model::ValueType::kEmpty;
  uint64_t count = 0;
};

// A question for completion. Attributes without a value (kEmpty) count as absent, as everywhere.
struct AttributeRequest {
  Table table = Table::kSpans;
  std::string tenant = std::string(model::kDefaultTenant);
  std::optional<Field> field;  // kAttribute, kResourceAttribute, ...; for keys, nothing: all places
  std::string key;             // for values
  std::string prefix;          // of the keys, or of the texts of the values
  size_t limit = SIZE_MAX;
  const std::atomic<bool>* cancelled = nullptr;  // as in a ScanRequest
};

class ScanSource {
 public:
  virtual ~ScanSource() = default;
  virtual Result<std::unique_ptr<ScanStream>> Scan(ScanRequest request) = 0;
  // The largest group first, then by value. Rows without the attribute to group by are in none. A
  // row stored twice counts twice. OUT_OF_RANGE past groups_max.
  virtual Result<std::vector<GroupCount>> Count(CountRequest request) = 0;
  // The listings are of everything stored and not yet retired by retention; listing_budget.h says
  // when they are not complete. Sorted by name.
  virtual Result<Listing<std::string>> Services(std::string_view tenant) = 0;
  // Sorted by name, then kind.
  virtual Result<Listing<OperationEntry>> Operations(std::string_view tenant,
                                                     std::string_view service) = 0;
  // The most frequent first, then by key, place and type.
  virtual Result<Listing<AttributeKeyEntry>> AttributeKeys(const AttributeRequest& request) = 0;
  // The most frequent first, then by text and type.
  virtual Result<Listing<AttributeValueEntry>> AttributeValues(const AttributeRequest& request) = 0;
};

}  // namespace spanhound::store
