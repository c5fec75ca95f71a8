// Any bytes as a block file: no crash, no huge allocation. Two ways in: the bytes as a file, which
// mostly ends at a checksum; and the bytes as footer and one section of a file made around them,
// which reaches the decoders behind the checksums.
#include <string_view>

#include "base/checksum.h"
#include "store/block/block_reader.h"
#include "store/block/check_block.h"
#include "store/columns/value_codec.h"
#include "store/encoding/blob.h"
#include "store/testing/memory_file_system.h"

namespace spanhound::store {
namespace {

constexpr char kPath[] = "/f/1.blk";

void ReadEverything(MemoryFileSystem& files) {
  const auto block = BlockReader::Open(files, kPath);
  if (!block.ok()) return;
  const Table table = (*block)->footer().table;
  for (size_t group = 0; group < (*block)->footer().row_groups.size() && group < 4; ++group) {
    const auto rows = (*block)->OpenRows(group);
    if (!rows.ok()) continue;
    for (const StoredColumn& column : StoredColumns(table)) {
      (void)rows.value()->Load({column.field}).ok();
    }
    (void)rows.value()->Load({Field::kAttribute, "k"}).ok();
  }
  PruneHints hints;
  hints.names = {{"n"}};
  hints.any_of = {{{{Field::kAnyAttribute, "k"}, {std::string("v")}}}};
  std::vector<ScanPart> parts;
  (void)(*block)->AppendScanParts(hints, &parts).ok();
  hints.trace_ids = {model::TraceId{{1}}};
  (void)(*block)->AppendScanParts(hints, &parts).ok();
  (void)CheckBlock(**block).ok();
}

SectionRef AppendSection(std::string& file, std::string_view bytes) {
  const SectionRef ref{file.size(), bytes.size(), static_cast<uint32_t>(Checksum64(bytes))};
  file.append(bytes);
  return ref;
}

void AppendFooter(std::string& file, std::string_view bytes) {
  std::string footer;
  AppendRawBlob(footer, bytes);
  AppendBlockTrailer(file, {file.size(), footer.size(), Checksum64(footer)});
  file.insert(file.size() - BlockTrailer::kBytes, footer);
}

// One resource and one scope, both empty.
std::string Entries() {
  std::string entries;
  AppendVarint(entries, 1);
  AppendResource(entries, {});
  AppendVarint(entries, 1);
  AppendScope(entries, {});
  std::string blob;
  AppendRawBlob(blob, entries);
  return blob;
}

// A block of one row group whose every column, dictionary and filter is `section`.
std::string BlockOf(uint8_t row_count, std::string_view section) {
  std::string file(kBlockMagic);
  BlockFooter footer;
  footer.format_version = row_count / 4 % 2 == 0 ? kBlockFormatVersion : kBlockFormatVersionMin;
  GroupDirectory directory;
  for (size_t i = 0; i < StoredColumns(Table::kSpans).size(); ++i) {
    directory.stored.push_back(AppendSection(file, section));
  }
  for (uint32_t type = 0; type <= static_cast<uint32_t>(model::ValueType::kKeyValueList); ++type) {
    directory.values.push_back({type, row_count, AppendSection(file, section)});
    BlockColumn column;
    column.id = {Field::kAttributes, "k", static_cast<model::ValueType>(type), 0};
    column.entry_count = row_count % 4;
    column.dictionary = directory.values.back().section;
    column.filters = column.dictionary;
    footer.columns.push_back(column);
  }
  if (row_count % 2 == 1) directory.shapes = AppendSection(file, section);
  RowGroup group;
  group.row_count = row_count;
  group.directory = AppendSection(file, EncodeGroupDirectory(Table::kSpans, directory));
  footer.row_groups.push_back(group);
  footer.index.push_back({0, row_count, directory.stored[0]});
  footer.entries = AppendSection(file, Entries());
  footer.catalog = directory.stored[0];
  AppendFooter(file, EncodeBlockFooter(footer));
  return file;
}

std::string FileAround(bool is_footer, uint8_t row_count, std::string_view bytes) {
  if (!is_footer) return BlockOf(row_count, bytes);
  std::string file(kBlockMagic);
  AppendFooter(file, bytes);
  return file;
}

}  // namespace
}  // namespace spanhound::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::store;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  MemoryFileSystem files;
  const uint8_t way = data[0] % 3;
  files.SetBytes(kPath, way == 0 ? std::string(bytes) : FileAround(way == 1, data[1], bytes));
  ReadEverything(files);
  return 0;
}
