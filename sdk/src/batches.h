// Cuts what the SDK hands to an exporter into requests of bounded size. The packaged batch
// processor exports its whole queue at once after the first ForceFlush; a collector refuses
// requests that size.
#pragma once

#include <opentelemetry/nostd/span.h>
#include <opentelemetry/sdk/common/exporter_utils.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace spanhound::sdk {

// Calls send(part) for parts of at most `size` items; success when every call returned true.
template <typename Item, typename Send>
opentelemetry::sdk::common::ExportResult SendInBatches(
    const opentelemetry::nostd::span<std::unique_ptr<Item>>& items, std::size_t size, Send send) {
  namespace common = opentelemetry::sdk::common;
  bool all_sent = true;
  for (std::size_t first = 0; first < items.size(); first += size) {
    const std::size_t count = std::min(size, items.size() - first);
    all_sent &=
        send(opentelemetry::nostd::span<std::unique_ptr<Item>>(items.data() + first, count));
  }
  return all_sent ? common::ExportResult::kSuccess : common::ExportResult::kFailure;
}

}  // namespace spanhound::sdk
