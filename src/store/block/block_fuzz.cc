// Any bytes as a block file: no crash, no huge allocation. Two ways in: the bytes as a file, which
// mostly ends at a checksum; and the bytes as footer and one section of a file made around them,
// which reaches the decoders behind the checksums.
#include <string_view>

#include "base/checksum.h"
#include "store/block/block_reader.h"
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
  hints.trace_ids = {model::TraceId{{1}}};
  std::vector<ScanPart> parts;
  (void)(*block)->AppendScanParts(hints, &parts).ok();
}

SectionRef AppendSection(std::string& file, std::string_view bytes) {
  const SectionRef ref{file.size(), bytes.size(), bytes.size(), Checksum64(bytes)};
  file.append(bytes);
  return ref;
}

// One row group whose every column and stream is `section`, or a footer of the fuzzer's own.
std::string FileAround(bool is_footer, uint8_t row_count, std::string_view bytes) {
  std::string file(kBlockMagic);
  BlockTrailer trailer;
  if (is_footer) {
    trailer.footer = AppendSection(file, bytes);
  } else {
    const SectionRef section = AppendSection(file, bytes);
    RowGroupDirectory directory;
    directory.columns.assign(StoredColumns(Table::kSpans).size(), section);
    directory.streams.assign(row_count % 4, section);
    RowGroup group;
    group.row_count = row_count;
    group.directory = AppendSection(file, EncodeRowGroupDirectory(Table::kSpans, directory));
    BlockFooter footer;
    footer.row_groups.push_back(group);
    footer.index.push_back({0, row_count, section});
    trailer.footer = AppendSection(file, EncodeBlockFooter(footer, {}));
  }
  AppendBlockTrailer(file, trailer);
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
