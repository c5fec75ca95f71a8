// query.proto of jaeger.api_v2 and query_service.proto of jaeger.api_v3; field numbers are their
// own.
#include "wire/jaeger/jaeger_question.h"

#include <algorithm>

#include "wire/proto_reader.h"
#include "wire/proto_time.h"

namespace spanhound::wire {
namespace {

// 1 January of the year 1.
constexpr int64_t kGoZeroTimeSeconds = -62'135'596'800;

Status Malformed(const char* what, const char* why) {
  return InvalidArgument(std::string("malformed ") + what + ": " + why);
}

Status StatusOf(const ProtoReader& reader, const char* what) {
  return reader.error() == nullptr ? Status::Ok() : Malformed(what, reader.error());
}

Status ReadTime(std::string_view bytes, std::optional<uint64_t>* unix_nanos) {
  ProtoReader reader(bytes);
  const ProtoTime time = ReadProtoTime(reader);
  if (time.seconds != kGoZeroTimeSeconds) *unix_nanos = time.ToNanos();
  return StatusOf(reader, "time");
}

Status ReadDuration(std::string_view bytes, uint64_t* nanos) {
  ProtoReader reader(bytes);
  const ProtoTime duration = ReadProtoTime(reader);
  RETURN_IF_ERROR(StatusOf(reader, "duration"));
  if (duration.seconds < 0 || duration.nanos < 0) {
    return InvalidArgument("a duration may not be negative");
  }
  *nanos = duration.ToNanos();
  return Status::Ok();
}

// An entry of a map: { 1 key, 2 value }. Of a key that is there twice the last counts.
Status ReadTag(std::string_view bytes, size_t tags_max, JaegerTraceQuery* query) {
  std::pair<std::string, std::string> tag;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) tag.first = reader.bytes();
    if (reader.tag() == BytesTag(2)) tag.second = reader.bytes();
  }
  RETURN_IF_ERROR(StatusOf(reader, "tag"));
  const auto known = std::ranges::find(query->tags, tag.first, [](auto& one) { return one.first; });
  if (known != query->tags.end()) {
    known->second = std::move(tag.second);
    return Status::Ok();
  }
  if (query->tags.size() >= tags_max) {
    return InvalidArgument("more than " + std::to_string(tags_max) + " tags");
  }
  query->tags.push_back(std::move(tag));
  return Status::Ok();
}

Status ReadQuery(std::string_view bytes, size_t tags_max, JaegerTraceQuery* query) {
  ProtoReader reader(bytes);
  while (reader.Next()) {
    Status status;
    switch (reader.tag()) {
      case BytesTag(1): query->service_name = reader.bytes(); break;
      case BytesTag(2): query->operation_name = reader.bytes(); break;
      case BytesTag(3): status = ReadTag(reader.bytes(), tags_max, query); break;
      case BytesTag(4): status = ReadTime(reader.bytes(), &query->start_min_unix_nanos); break;
      case BytesTag(5): status = ReadTime(reader.bytes(), &query->start_max_unix_nanos); break;
      case BytesTag(6): status = ReadDuration(reader.bytes(), &query->duration_min_nanos); break;
      case BytesTag(7): status = ReadDuration(reader.bytes(), &query->duration_max_nanos); break;
      case VarintTag(8): query->search_depth = static_cast<int32_t>(reader.value()); break;
      case VarintTag(9): query->raw_traces = reader.value() != 0; break;
      default: break;
    }
    RETURN_IF_ERROR(std::move(status));
  }
  return StatusOf(reader, "query");
}

}  // namespace

Result<JaegerTraceQuery> DecodeJaegerTraceQuery(std::string_view bytes, size_t tags_max) {
  JaegerTraceQuery query;
  bool is_there = false;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() != BytesTag(1)) continue;
    is_there = true;
    RETURN_IF_ERROR(ReadQuery(reader.bytes(), tags_max, &query));
  }
  RETURN_IF_ERROR(StatusOf(reader, "request"));
  if (!is_there) return InvalidArgument("the request has no query");
  return query;
}

Result<JaegerTraceRequest> DecodeJaegerTraceRequest(std::string_view bytes) {
  JaegerTraceRequest request;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) request.trace_id = reader.bytes();
    if (reader.tag() == VarintTag(4)) request.raw_traces = reader.value() != 0;
  }
  RETURN_IF_ERROR(StatusOf(reader, "request"));
  return request;
}

Result<JaegerOperationsRequest> DecodeJaegerOperationsRequest(std::string_view bytes) {
  JaegerOperationsRequest request;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) request.service_name = reader.bytes();
    if (reader.tag() == BytesTag(2)) request.span_kind = reader.bytes();
  }
  RETURN_IF_ERROR(StatusOf(reader, "request"));
  return request;
}

Result<JaegerDependenciesRequest> DecodeJaegerDependenciesRequest(std::string_view bytes) {
  JaegerDependenciesRequest request;
  ProtoReader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == BytesTag(1)) {
      RETURN_IF_ERROR(ReadTime(reader.bytes(), &request.start_unix_nanos));
    } else if (reader.tag() == BytesTag(2)) {
      RETURN_IF_ERROR(ReadTime(reader.bytes(), &request.end_unix_nanos));
    }
  }
  RETURN_IF_ERROR(StatusOf(reader, "request"));
  return request;
}

}  // namespace spanhound::wire
