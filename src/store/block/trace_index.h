// The trace index of a block: for every trace a 32-bit fingerprint of its id and a row group that
// has rows of it, sorted, in pages of which only the first fingerprints stay in memory. A lookup
// reads one page (two when equal fingerprints meet a page's end); a fingerprint shared by two
// traces costs reading a row group in vain, no more. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "store/block/block_format.h"

namespace spanhound::store {

class TraceIndexBuilder {
 public:
  // `order`: the rows of the group.
  void AddGroup(uint32_t group, const std::vector<model::TraceId>& ids,
                std::span<const uint32_t> order);
  Result<std::vector<IndexPage>> Write(SectionWriter& out);

 private:
  std::vector<uint64_t> entries_;  // fingerprint << 32 | group
};

// Row groups that may have rows of the trace, ascending.
Result<std::vector<uint32_t>> FindTrace(const RandomAccessFile& file,
                                        const std::vector<IndexPage>& pages,
                                        const model::TraceId& id);

}  // namespace spanhound::store
