// LogRecord and LogBatch: OpenTelemetry's logs.proto in memory, as SpanBatch is its trace.proto.
// A record with a trace id belongs beside that trace. Ownership and threads as for SpanBatch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute.h"
#include "model/batch_memory.h"
#include "model/ids.h"
#include "model/resource.h"
#include "model/span_batch.h"

namespace spanhound::model {

struct LogRecord {
  uint64_t time_unix_nanos = 0;  // 0 unknown; then the observed time counts
  uint64_t observed_time_unix_nanos = 0;
  uint8_t severity_number = 0;  // 1-24: TRACE 1, DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21
  uint32_t flags = 0;
  uint32_t resource_index = 0;
  uint32_t scope_index = 0;
  TraceId trace_id;  // zero: none
  SpanId span_id;    // zero: none
  std::string_view severity_text;
  std::string_view event_name;
  AttributeValue body;
  std::span<const Attribute> attributes;
  uint32_t dropped_attributes_count = 0;

  uint64_t effective_time_unix_nanos() const {
    return time_unix_nanos != 0 ? time_unix_nanos : observed_time_unix_nanos;
  }
};

struct LogBatch {
  std::string tenant = std::string(kDefaultTenant);
  std::vector<Resource> resources;
  std::vector<Scope> scopes;
  std::vector<LogRecord> records;
  BatchMemory memory;

  const Resource& resource_of(const LogRecord& record) const {
    return resources[record.resource_index];
  }
  const Scope& scope_of(const LogRecord& record) const { return scopes[record.scope_index]; }
};

}  // namespace spanhound::model
