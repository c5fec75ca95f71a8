// The trace index of a block: for every trace a 32-bit fingerprint of its id and a row group that
// has rows of it, sorted, in pages of which only the first fingerprints stay in memory. A lookup
// needs one page (two when equal fingerprints meet a page's end); a fingerprint shared by two
// traces costs reading a row group in vain, no more. Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "store/block/block_format.h"

namespace spanhound::store {

class TraceIndexBuilder {
 public:
  // The ids of all rows of a group, in any order that has the rows of a trace together.
  void AddGroup(uint32_t group, const std::vector<model::TraceId>& ids);
  // The entries, sorted and each once: fingerprint << 32 | group.
  std::vector<uint64_t> SortedEntries() &&;
  Result<std::vector<IndexPage>> Write(SectionWriter& out) &&;

 private:
  std::vector<uint64_t> entries_;  // fingerprint << 32 | group
};

// All entries, as SortedEntries() had them.
Result<std::vector<uint64_t>> ReadTraceIndex(const RandomAccessFile& file,
                                             const std::vector<IndexPage>& pages);

// The entries of one page, sorted; fingerprint << 32 | group.
struct IndexPageEntries {
  std::vector<uint64_t> entries;
  uint64_t allocated_bytes() const { return entries.capacity() * sizeof(uint64_t); }
};
Result<std::shared_ptr<const IndexPageEntries>> ReadIndexPage(const RandomAccessFile& file,
                                                              const IndexPage& page);

// Where a lookup gets page `index` from: the file, or where it is kept.
using PageSource = std::function<Result<std::shared_ptr<const IndexPageEntries>>(size_t index)>;

// Row groups that may have rows of the trace, ascending.
Result<std::vector<uint32_t>> FindTrace(const std::vector<IndexPage>& pages, const PageSource& read,
                                        const model::TraceId& id);

}  // namespace spanhound::store
