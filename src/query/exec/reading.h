// What every operator needs to read: where from, for whom, at what cost.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/status.h"
#include "query/exec/budget.h"
#include "query/query.h"
#include "store/scan.h"

namespace spanhound::query {

struct Reading {
  store::ScanSource& source;
  const std::string& tenant;
  Budget& budget;

  store::ScanRequest NewRequest(store::Table table, TimeRange time = {}) const {
    store::ScanRequest request;
    request.table = table;
    request.tenant = tenant;
    request.time = {time.min_unix_nanos, time.max_unix_nanos};
    request.cancelled = &budget.cancelled();
    request.memory_bytes_max = std::min(request.memory_bytes_max, budget.memory_bytes_left());
    return request;
  }

  // Hands every batch to `take`, which returns a Status, until the end or the first error. The
  // position behind the last row of an ordered scan goes to `end`, if that is not null.
  template <typename Take>
  Status ForEachBatch(store::ScanRequest request, Take take,
                      std::optional<store::Cursor>* end = nullptr) const {
    ASSIGN_OR_RETURN(auto stream, source.Scan(std::move(request)));
    for (;;) {
      RETURN_IF_ERROR(budget.Check());
      Result<std::optional<store::ColumnBatch>> batch = stream->Next();
      // What the scan may take is what the query has left: people are told what helps.
      if (batch.status().code() == Code::kResourceExhausted) return budget.Exceeded();
      if (!batch.ok()) return batch.status();
      if (!*batch) break;
      RETURN_IF_ERROR(take(**batch));
    }
    if (end != nullptr) *end = stream->position();
    return Status::Ok();
  }
};

}  // namespace spanhound::query
