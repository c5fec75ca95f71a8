#include "store/block/row_table.h"

#include <algorithm>

#include "store/columns/attribute_streams.h"
#include "store/columns/column_codec.h"
#include "store/encoding/integers.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

// Room for so many cells is made at once, on the word of the first chunk; it is not touched before
// they are there.
constexpr size_t kExpectedCellsMax = 16;  // of a row

// A vector that is empty as long as all its cells would be default.
template <typename Cell>
void AppendOrLeaveOut(std::vector<Cell>& to, size_t rows_before, const std::vector<Cell>& cells,
                      size_t expected_rows) {
  if (to.empty()) {
    to.reserve(expected_rows);
    to.resize(rows_before);
  }
  to.insert(to.end(), cells.begin(), cells.end());
}

bool IsText(CellType type) { return type == CellType::kText; }

}  // namespace

RowTable::RowTable(Table table, BlockColumns& columns)
    : table_(table),
      columns_(columns),
      text_columns_(StoredColumns(table).size()),
      numbers_(StoredColumns(table).size()),
      codes_(StoredColumns(table).size()),
      cell_ends_{0} {
  for (size_t i = 0; i < StoredColumns(table).size(); ++i) {
    const StoredColumn& column = StoredColumns(table)[i];
    if (IsText(column.type)) text_columns_[i] = columns.ColumnOf({column.field, {}});
  }
}

// Decodes the columns of one chunk into the table. Every step is false on damage.
class RowTable::ChunkAppender {
 public:
  ChunkAppender(RowTable& table, const Chunk& chunk)
      : table_(table),
        chunk_(chunk),
        memory_(table.arena_, kChunkBytesMax),
        rows_before_(table.row_count()),
        decoded_(chunk.columns.size()) {}

  bool Append() {
    const std::span<const StoredColumn> columns = StoredColumns(chunk_.table);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!AppendColumn(i, columns[i])) return false;
    }
    AppendCells();
    return true;
  }

 private:
  bool AppendColumn(size_t index, const StoredColumn& column) {
    switch (column.type) {
      case CellType::kNumber: return AppendDecoded(index, table_.numbers_[index]);
      case CellType::kTraceId: return AppendDecoded(index, table_.trace_ids_);
      case CellType::kSpanId:
        return AppendDecoded(index,
                             column.field == Field::kSpanId ? table_.span_ids_ : table_.parents_);
      case CellType::kEvents: return AppendDecoded(index, table_.events_);
      case CellType::kLinks: return AppendDecoded(index, table_.links_);
      case CellType::kText: return AppendText(index);
      case CellType::kResource:
        return AppendEntries(index, chunk_.dictionaries.resource_bytes,
                             table_.columns_.resources());
      case CellType::kScope:
        return AppendEntries(index, chunk_.dictionaries.scope_bytes, table_.columns_.scopes());
      case CellType::kAttributes:
      case CellType::kValue: return ReadStreams(index, column.field);
    }
    return false;
  }

  // Of the vectors some may stay away; ids of rows and traces are always there.
  template <typename Cell>
  bool AppendDecoded(size_t index, std::vector<Cell>& to) {
    const Field field = StoredColumns(chunk_.table)[index].field;
    const bool is_written = !chunk_.columns[index].empty();
    const bool is_needed = is_written || !to.empty() || field == Field::kTraceId ||
                           field == Field::kSpanId || field == Field::kTime;
    if (!is_needed) return true;
    if (!ReadColumn(chunk_.columns[index], chunk_.table, index, chunk_.row_count,
                    chunk_.dictionaries, memory_, &decoded_)) {
      return false;
    }
    AppendOrLeaveOut(to, rows_before_, std::get<std::vector<Cell>>(decoded_[index]),
                     table_.expected_rows_);
    return true;
  }

  bool AppendText(size_t index) {
    std::vector<uint32_t>& to = table_.codes_[index];
    const std::string_view bytes = chunk_.columns[index];
    if (bytes.empty() && to.empty()) return true;
    ValueColumn& values = table_.columns_.values(table_.text_columns_[index]);
    std::vector<uint32_t> codes;
    if (bytes.empty()) {
      codes.assign(chunk_.row_count, values.CodeOf(std::string_view()));
    } else {
      ByteReader in(bytes);
      if (!ReadText(in, chunk_.row_count, values, &codes)) return false;
    }
    if (to.empty()) to.reserve(table_.expected_rows_);
    // Rows before that had no text at all.
    if (to.empty() && rows_before_ > 0) to.assign(rows_before_, values.CodeOf(std::string_view()));
    to.insert(to.end(), codes.begin(), codes.end());
    return true;
  }

  bool ReadText(ByteReader& in, size_t count, ValueColumn& values, std::vector<uint32_t>* codes) {
    if (!ReadStringCodes(in, count, &distinct_, &places_)) return false;
    values.CodesOf(distinct_, &code_of_);
    values.CountRepeated(count - distinct_.size());
    codes->resize(count);
    for (size_t i = 0; i < count; ++i) (*codes)[i] = code_of_[places_[i]];
    return true;
  }

  bool AppendEntries(size_t index, std::span<const std::string_view> entries, EntryTable& table) {
    ByteReader in(chunk_.columns[index]);
    std::vector<uint64_t> places;
    if (!ReadIntegers(in, chunk_.row_count, &places)) return false;
    std::vector<uint32_t> code_of(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) code_of[i] = table.CodeOf(entries[i]);
    std::vector<uint32_t>& to = table_.codes_[index];
    if (to.empty()) to.reserve(table_.expected_rows_);
    for (uint64_t place : places) {
      if (place >= code_of.size()) return false;
      to.push_back(code_of[place]);
    }
    return true;
  }

  // Attribute lists, or log bodies as lists of one: the streams of the chunk and the block's
  // columns they go to.
  struct Stream {
    uint32_t column = 0;          // of a value whose key the row has not had before
    bool needs_values = false;    // that column is the rest, or a row has the key twice
    std::vector<uint32_t> codes;  // unless the column is the rest
    StreamValues values;          // if needed
    size_t next = 0;
  };
  struct Lists {
    Field field;
    AttributeShapes shapes;
    std::vector<Stream> streams;
    // As shapes.shape_streams, but block columns.
    std::vector<uint32_t> shape_columns;
  };

  bool ReadStreams(size_t index, Field field) {
    if (chunk_.columns[index].empty()) return true;
    ByteReader in(chunk_.columns[index]);
    Lists& lists = lists_.emplace_back();
    lists.field = field;
    if (!ReadShapes(in, chunk_.row_count, memory_, &lists.shapes)) return false;
    lists.streams.resize(lists.shapes.streams.size());
    FindColumns(lists);
    for (size_t i = 0; i < lists.streams.size(); ++i) {
      if (!ReadStreamOf(in.ReadLengthPrefixed(), lists.shapes.streams[i], lists.streams[i])) {
        return false;
      }
    }
    return in.ok();
  }

  // Shapes may be as many as rows: a look-up by key is for each stream, not for each place in them.
  void FindColumns(Lists& lists) {
    const AttributeShapes& shapes = lists.shapes;
    for (size_t i = 0; i < lists.streams.size(); ++i) {
      lists.streams[i].column = ColumnOf(lists, i, 0);
      lists.streams[i].needs_values = table_.columns_.id(lists.streams[i].column).is_rest();
    }
    lists.shape_columns.reserve(shapes.shape_streams.size());
    struct Seen {
      size_t shape;
      uint32_t count;
    };
    std::vector<Seen> seen(lists.streams.size(), {SIZE_MAX, 0});
    for (size_t i = 0; i < shapes.shape_count(); ++i) {
      for (uint32_t number : shapes.shape(i)) {
        Stream& stream = lists.streams[number];
        if (seen[number].shape != i) {
          seen[number] = {i, 0};
          lists.shape_columns.push_back(stream.column);
        } else {
          stream.needs_values = true;
          lists.shape_columns.push_back(ColumnOf(lists, number, ++seen[number].count));
        }
      }
    }
  }

  uint32_t ColumnOf(const Lists& lists, size_t number, uint32_t ordinal) {
    const AttributeShapes::Stream& stream = lists.shapes.streams[number];
    return table_.columns_.ColumnOf({lists.field, stream.key, stream.type, ordinal});
  }

  bool ReadStreamOf(std::string_view bytes, const AttributeShapes::Stream& shape, Stream& stream) {
    ByteReader values_in(bytes);
    if (stream.needs_values && !ReadStream(values_in, shape, memory_, &stream.values)) return false;
    if (table_.columns_.id(stream.column).is_rest()) return true;
    ByteReader in(bytes);
    return ReadCodes(in, shape, table_.columns_.values(stream.column), &stream.codes);
  }

  bool ReadCodes(ByteReader& in, const AttributeShapes::Stream& stream, ValueColumn& values,
                 std::vector<uint32_t>* codes) {
    if (stream.type == model::ValueType::kString || stream.type == model::ValueType::kBytes) {
      return ReadText(in, stream.value_count, values, codes);
    }
    codes->resize(stream.value_count);
    if (stream.type == model::ValueType::kEmpty) return true;
    if (IsNumberType(stream.type)) {
      std::vector<uint64_t> numbers;
      if (!ReadIntegers(in, stream.value_count, &numbers)) return false;
      for (size_t i = 0; i < numbers.size(); ++i) (*codes)[i] = values.CodeOf(numbers[i]);
      return true;
    }
    for (uint32_t& code : *codes) {
      const std::string_view rest = in.rest();
      model::AttributeValue value;
      if (!ReadValue(in, memory_, &value) || value.type != stream.type) return false;
      code = values.CodeOf(rest.substr(0, rest.size() - in.remaining()));
    }
    return true;
  }

  // Column by column becomes row by row.
  void AppendCells() {
    if (rows_before_ == 0) ReserveCells();
    for (size_t row = 0; row < chunk_.row_count; ++row) {
      for (Lists& lists : lists_) AppendCellsOf(lists, row);
      table_.cell_ends_.push_back(table_.cells_.size());
    }
  }

  void ReserveCells() {
    size_t cells = 0;
    for (const Lists& lists : lists_) {
      for (const auto& stream : lists.shapes.streams) cells += stream.value_count;
    }
    const size_t of_row = std::min(kExpectedCellsMax, cells / chunk_.row_count + 1);
    table_.cell_ends_.reserve(table_.expected_rows_ + 1);
    table_.cells_.reserve(of_row * table_.expected_rows_);
  }

  void AppendCellsOf(Lists& lists, size_t row) {
    const uint64_t shape = lists.shapes.row_shapes[row];
    const std::span<const uint32_t> numbers = lists.shapes.shape(shape);
    const uint32_t* columns = lists.shape_columns.data() + lists.shapes.shape_ends[shape];
    Stream* const streams = lists.streams.data();
    rest_.clear();
    for (size_t i = 0; i < numbers.size(); ++i) {
      Stream& stream = streams[numbers[i]];
      const size_t place = stream.next++;
      if (!stream.needs_values) {
        table_.cells_.push_back({columns[i], stream.codes[place]});
      } else {
        AppendValueCell(lists.shapes.streams[numbers[i]].key, columns[i], stream, place);
      }
    }
    if (!rest_.empty()) AppendRestCell();
  }

  // Of a stream that needs its values.
  void AppendValueCell(std::string_view key, uint32_t column, const Stream& stream, size_t place) {
    const ValueColumnId& id = table_.columns_.id(column);
    if (id.is_rest()) {
      rest_.push_back({key, stream.values[place]});
    } else if (id.ordinal > 0) {
      table_.cells_.push_back({column, AddRepeated(column, stream.values[place])});
    } else {
      table_.cells_.push_back({column, stream.codes[place]});
    }
  }

  // A value of a key that the row has had before.
  uint32_t AddRepeated(uint32_t column, const model::AttributeValue& value) {
    ValueColumn& values = table_.columns_.values(column);
    switch (value.type) {
      case model::ValueType::kEmpty: return 0;
      case model::ValueType::kString:
      case model::ValueType::kBytes: return values.CodeOf(value.text());
      case model::ValueType::kBool:
      case model::ValueType::kInt:
      case model::ValueType::kDouble: return values.CodeOf(NumberBits(value));
      default: break;
    }
    std::string bytes;
    AppendValue(bytes, value);
    return values.CodeOf(table_.arena_.Copy(bytes));
  }

  void AppendRestCell() {
    std::string bytes;
    AppendValue(bytes, model::AttributeValue::KeyValueList(rest_));
    const uint32_t column = table_.columns_.ColumnOf(ValueColumnId::Rest());
    table_.cells_.push_back(
        {column, table_.columns_.values(column).CodeOf(table_.arena_.Copy(bytes))});
  }

  std::vector<model::Attribute> rest_;  // of the row at hand
  RowTable& table_;
  const Chunk& chunk_;
  DecodeMemory memory_;
  const size_t rows_before_;
  std::vector<ColumnData> decoded_;
  std::vector<Lists> lists_;
  // Of the text column at hand; a chunk has a hundred of them.
  std::vector<std::string_view> distinct_;
  std::vector<uint64_t> places_;
  std::vector<uint32_t> code_of_;
};

namespace {

template <typename Cell>
void AppendSome(std::vector<Cell>& to, size_t rows_before, const ColumnData& from, size_t first,
                size_t end) {
  const auto& cells = std::get<std::vector<Cell>>(from);
  if (to.empty()) to.resize(rows_before);
  to.insert(to.end(), cells.begin() + static_cast<ptrdiff_t>(first),
            cells.begin() + static_cast<ptrdiff_t>(end));
}

template <typename Cell>
bool EqualIn(const std::vector<Cell>& cells, uint32_t a, uint32_t b) {
  return cells.empty() || cells[a] == cells[b];
}

bool AreSame(const model::SpanEvent& a, const model::SpanEvent& b) {
  return a.time_unix_nanos == b.time_unix_nanos && a.name == b.name &&
         a.dropped_attributes_count == b.dropped_attributes_count &&
         std::ranges::equal(a.attributes, b.attributes);
}

bool AreSame(const model::SpanLink& a, const model::SpanLink& b) {
  return a.trace_id == b.trace_id && a.span_id == b.span_id && a.trace_state == b.trace_state &&
         a.dropped_attributes_count == b.dropped_attributes_count && a.flags == b.flags &&
         std::ranges::equal(a.attributes, b.attributes);
}

template <typename Rows>
bool EqualLists(const Rows& rows, uint32_t a, uint32_t b) {
  return rows.empty() || std::ranges::equal(rows[a], rows[b], [](const auto& x, const auto& y) {
           return AreSame(x, y);
         });
}

}  // namespace

void RowTable::AppendRows(const SourceRows& source, size_t first, size_t end) {
  const size_t rows_before = row_count();
  const std::span<const StoredColumn> columns = StoredColumns(table_);
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto append = [&](auto& to) {
      AppendSome(to, rows_before, *source.stored[i], first, end);
    };
    switch (columns[i].type) {
      case CellType::kNumber: append(numbers_[i]); break;
      case CellType::kTraceId: append(trace_ids_); break;
      case CellType::kSpanId:
        append(columns[i].field == Field::kSpanId ? span_ids_ : parents_);
        break;
      case CellType::kEvents: append(events_); break;
      case CellType::kLinks: append(links_); break;
      case CellType::kResource:
      case CellType::kScope:
        codes_[i].insert(codes_[i].end(), source.codes[i].begin() + static_cast<ptrdiff_t>(first),
                         source.codes[i].begin() + static_cast<ptrdiff_t>(end));
        break;
      case CellType::kText: AppendSourceText(source, i, first, end); break;
      case CellType::kAttributes:
      case CellType::kValue: break;
    }
  }
  AppendSourceCells(source, first, end);
}

void RowTable::AppendSourceText(const SourceRows& source, size_t index, size_t first, size_t end) {
  std::vector<uint32_t>& to = codes_[index];
  const std::vector<uint32_t>& from = source.codes[index];
  const size_t rows_before = row_count() - (end - first);  // ids are there already
  ValueColumn& values = columns_.values(text_columns_[index]);
  if (from.empty() && to.empty()) return;
  if (to.size() < rows_before) to.assign(rows_before, values.CodeOf(std::string_view()));
  if (from.empty()) {
    to.resize(to.size() + end - first, values.CodeOf(std::string_view()));
    return;
  }
  for (size_t row = first; row < end; ++row)
    to.push_back(SourceCode(source, text_columns_[index], from[row]));
}

uint32_t RowTable::SourceCode(const SourceRows& source, uint32_t column, uint32_t code) {
  if ((code & SourceRows::kValueFlag) == 0) {
    columns_.values(column).CountRepeated(1);
    return code;
  }
  return columns_.CodeOf(column, *source.values[code & ~SourceRows::kValueFlag]);
}

void RowTable::AppendSourceCells(const SourceRows& source, size_t first, size_t end) {
  for (size_t row = first; row < end; ++row) {
    for (uint64_t at = source.cell_ends[row]; at < source.cell_ends[row + 1]; ++at) {
      const RowCell& cell = source.cells[at];
      cells_.push_back({cell.column, SourceCode(source, cell.column, cell.code)});
    }
    cell_ends_.push_back(cells_.size());
  }
}

bool RowTable::HaveEqualCells(uint32_t a, uint32_t b) const {
  return std::ranges::equal(cells(a), cells(b), [this](RowCell x, RowCell y) {
    if (x.column != y.column) return false;
    if (x.code == y.code || columns_.id(x.column).type == model::ValueType::kEmpty) return true;
    const ValueColumn& values = columns_.values(x.column);
    if (IsNumberType(columns_.id(x.column).type))
      return values.number(x.code) == values.number(y.code);
    return values.text(x.code) == values.text(y.code);
  });
}

bool RowTable::AreEqual(uint32_t a, uint32_t b) const {
  const auto equal_in = [a, b](const auto& columns) {
    return std::ranges::all_of(columns, [a, b](const auto& cells) { return EqualIn(cells, a, b); });
  };
  return EqualIn(trace_ids_, a, b) && EqualIn(span_ids_, a, b) && EqualIn(parents_, a, b) &&
         equal_in(numbers_) && equal_in(codes_) && EqualLists(events_, a, b) &&
         EqualLists(links_, a, b) && HaveEqualCells(a, b);
}

Status RowTable::AppendChunk(const Chunk& chunk) {
  if (ChunkAppender(*this, chunk).Append()) return Status::Ok();
  return DataLoss("a batch in memory is damaged");
}

}  // namespace spanhound::store
