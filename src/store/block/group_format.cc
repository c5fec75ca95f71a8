#include "store/block/group_format.h"

#include <algorithm>

#include "store/encoding/blob.h"
#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

constexpr size_t kPlaceBytesMin = 6;

void AppendPlace(std::string& out, const SectionRef& section) {
  AppendVarint(out, section.bytes);
  AppendFixed(out, section.checksum);
}

// Sections follow one another.
SectionRef ReadPlace(ByteReader& in, uint64_t* offset) {
  SectionRef section;
  section.offset = *offset;
  section.bytes = in.ReadVarint();
  section.checksum = in.ReadFixed<uint32_t>();
  *offset += std::min(section.bytes, kSectionBytesMax + 1);
  return section;
}

uint64_t FirstOffset(const GroupDirectory& directory) {
  const auto has_bytes = [](const SectionRef& section) { return section.bytes > 0; };
  const auto first = std::ranges::find_if(directory.stored, has_bytes);
  return first == directory.stored.end() ? 0 : first->offset;
}

bool ReadStored(ByteReader& in, Table table, uint64_t* offset, GroupDirectory* directory) {
  const std::span<const StoredColumn> columns = StoredColumns(table);
  directory->stored.resize(columns.size());
  const size_t count = in.ReadCount(kPlaceBytesMin);
  size_t index = 0;
  for (size_t i = 0; i < count; ++i, ++index) {
    const uint8_t id = in.ReadFixed<uint8_t>();
    while (index < columns.size() && columns[index].id != id) ++index;
    if (index == columns.size()) return false;
    directory->stored[index] = ReadPlace(in, offset);
  }
  return in.ok();
}

}  // namespace

std::string EncodeGroupDirectory(Table table, const GroupDirectory& directory) {
  std::string out;
  const std::span<const StoredColumn> columns = StoredColumns(table);
  AppendVarint(out, FirstOffset(directory));
  AppendVarint(out, static_cast<uint64_t>(std::ranges::count_if(
                        directory.stored, [](const auto& section) { return section.bytes > 0; })));
  for (size_t i = 0; i < columns.size(); ++i) {
    if (directory.stored[i].bytes == 0) continue;
    out.push_back(static_cast<char>(columns[i].id));
    AppendPlace(out, directory.stored[i]);
  }
  AppendVarint(out, directory.values.size());
  for (const GroupColumn& values : directory.values) {
    AppendVarint(out, values.column);
    AppendVarint(out, values.value_count);
    AppendPlace(out, values.section);
  }
  AppendPlace(out, directory.shapes);
  return out;
}

bool DecodeGroupDirectory(std::string_view bytes, Table table, size_t column_count,
                          GroupDirectory* directory) {
  ByteReader in(bytes);
  uint64_t offset = in.ReadVarint();
  if (!ReadStored(in, table, &offset, directory)) return false;
  directory->values.resize(in.ReadCount(kPlaceBytesMin + 1));
  for (GroupColumn& values : directory->values) {
    const uint64_t column = in.ReadVarint();
    const uint64_t value_count = in.ReadVarint();
    if (column >= column_count || value_count > UINT32_MAX) return false;
    values.column = static_cast<uint32_t>(column);
    values.value_count = static_cast<uint32_t>(value_count);
    values.section = ReadPlace(in, &offset);
  }
  directory->shapes = ReadPlace(in, &offset);
  return in.ok() && in.empty();
}

void AppendGroupShapes(std::string& out, const GroupShapes& shapes) {
  AppendVarint(out, shapes.sequences.size());
  for (const std::vector<uint32_t>& sequence : shapes.sequences) {
    AppendVarint(out, sequence.size());
    for (uint32_t column : sequence) AppendVarint(out, column);
  }
  AppendBlob(out, shapes.row_shapes, kBlockCompression);
}

bool ReadGroupShapes(std::string_view bytes, size_t row_count, size_t value_columns,
                     GroupShapes* shapes) {
  ByteReader in(bytes);
  shapes->sequences.resize(in.ReadCount(1));
  if (shapes->sequences.size() > kShapesMax) return false;
  for (std::vector<uint32_t>& sequence : shapes->sequences) {
    const size_t length = in.ReadCount(1);
    if (length > value_columns) return false;
    sequence.resize(length);
    for (uint32_t& column : sequence) {
      const uint64_t index = in.ReadVarint();
      if (index >= value_columns) return false;
      column = static_cast<uint32_t>(index);
    }
  }
  std::string storage;
  std::string_view rows;
  if (!ReadBlob(in, &storage, &rows) || rows.size() != row_count || !in.empty()) return false;
  shapes->row_shapes = rows;
  return std::ranges::all_of(rows, [shapes](char shape) {
    return static_cast<uint8_t>(shape) < shapes->sequences.size();
  });
}

}  // namespace spanhound::store
