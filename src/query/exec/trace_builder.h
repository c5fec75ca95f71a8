// Collects the spans of one trace and makes a Trace of them. One thread.
#pragma once

#include <cstdint>
#include <memory>

#include "model/ids.h"
#include "query/exec/interner.h"
#include "query/plan/columns.h"
#include "query/query.h"

namespace spanhound::query {

class TraceBuilder {
 public:
  // `memory` is what the views of `row` point into. Returns about what the row takes until it is
  // sent, and its resource, if that is the first row of it.
  uint64_t Add(const SpanRow& row, const std::shared_ptr<const void>& memory);
  bool empty() const { return trace_.batch.spans.empty(); }
  // Drops copies, sorts. Once; nothing can be added after it.
  Trace Finish(model::TraceId trace_id, std::string tenant);

 private:
  Trace trace_;
  Interner<model::Resource> resources_;
  Interner<model::Scope> scopes_;
};

}  // namespace spanhound::query
