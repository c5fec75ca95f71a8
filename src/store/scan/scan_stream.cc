#include "store/scan/scan_stream.h"

#include "store/scan/ordered_stream.h"
#include "store/scan/unordered_stream.h"

namespace spanhound::store {

Result<std::unique_ptr<ScanStream>> MakeScanStream(ScanRequest request, std::vector<ScanPart> parts,
                                                   ScanPool& pool) {
  const bool is_ordered = request.order != Order::kNone;
  ASSIGN_OR_RETURN(PartReader reader, PartReader::Make(std::move(request)));
  if (is_ordered) {
    return std::unique_ptr<ScanStream>(
        std::make_unique<OrderedStream>(std::move(reader), std::move(parts), pool));
  }
  return std::unique_ptr<ScanStream>(
      std::make_unique<UnorderedStream>(std::move(reader), std::move(parts), pool));
}

}  // namespace spanhound::store
