#include "wire/otlp/otlp_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "wire/json_document.h"
#include "wire/otlp/otlp_json_groups.h"
#include "wire/otlp/otlp_json_values.h"
#include "wire/span_links.h"

namespace spanhound::wire {
namespace {

using Element = OtlpJsonValues::Element;
using model::LogRecord;
using model::Span;
using model::SpanEvent;
using model::SpanLink;

constexpr std::array<std::string_view, 6> kKinds = {"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
                                                    "SPAN_KIND_SERVER",      "SPAN_KIND_CLIENT",
                                                    "SPAN_KIND_PRODUCER",    "SPAN_KIND_CONSUMER"};
constexpr std::array<std::string_view, 3> kStatusCodes = {"STATUS_CODE_UNSET", "STATUS_CODE_OK",
                                                          "STATUS_CODE_ERROR"};
constexpr std::array<std::string_view, 25> kSeverities = {
    "SEVERITY_NUMBER_UNSPECIFIED", "SEVERITY_NUMBER_TRACE",  "SEVERITY_NUMBER_TRACE2",
    "SEVERITY_NUMBER_TRACE3",      "SEVERITY_NUMBER_TRACE4", "SEVERITY_NUMBER_DEBUG",
    "SEVERITY_NUMBER_DEBUG2",      "SEVERITY_NUMBER_DEBUG3", "SEVERITY_NUMBER_DEBUG4",
    "SEVERITY_NUMBER_INFO",        "SEVERITY_NUMBER_INFO2",  "SEVERITY_NUMBER_INFO3",
    "SEVERITY_NUMBER_INFO4",       "SEVERITY_NUMBER_WARN",   "SEVERITY_NUMBER_WARN2",
    "SEVERITY_NUMBER_WARN3",       "SEVERITY_NUMBER_WARN4",  "SEVERITY_NUMBER_ERROR",
    "SEVERITY_NUMBER_ERROR2",      "SEVERITY_NUMBER_ERROR3", "SEVERITY_NUMBER_ERROR4",
    "SEVERITY_NUMBER_FATAL",       "SEVERITY_NUMBER_FATAL2", "SEVERITY_NUMBER_FATAL3",
    "SEVERITY_NUMBER_FATAL4"};

constexpr OtlpJsonNames kTraceNames = {"resourceSpans", "scopeSpans", "spans", "span"};
constexpr OtlpJsonNames kLogNames = {"resourceLogs", "scopeLogs", "logRecords", "log record"};

class SpanJsonDecoder {
 public:
  explicit SpanJsonDecoder(OtlpJsonValues& values) : values_(values) {}

  bool operator()(Element element, const JsonPlace& place, Span* span, const char** rejection) {
    Parts parts;
    const auto member = [&](std::string_view key, Element value, const JsonPlace& at) {
      if (key.ends_with("Id")) return IdMember(key, value, at, &parts);
      return ScalarMember(key, value, at, span) && ListMember(key, value, at, span, &parts);
    };
    if (!values_.Members(element, place, member)) return false;
    *rejection = SetIds(parts, span);
    SetLinks(parts.links, span);
    return true;
  }

 private:
  // What can only be judged when all members have been seen.
  struct Parts {
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view parent_span_id;
    std::span<SpanLink> links;
  };

  bool IdMember(std::string_view key, Element value, const JsonPlace& at, Parts* ids) {
    if (key == "traceId") return values_.TextInDocument(value, at, &ids->trace_id);
    if (key == "spanId") return values_.TextInDocument(value, at, &ids->span_id);
    if (key == "parentSpanId") return values_.TextInDocument(value, at, &ids->parent_span_id);
    return true;
  }

  // Null, or why the span may not be stored.
  static const char* SetIds(const Parts& ids, Span* span) {
    if (!span->trace_id.SetHex(ids.trace_id)) return "traceId is not 32 hexadecimal digits";
    if (span->trace_id.is_zero()) return "traceId is zero";
    if (!span->span_id.SetHex(ids.span_id)) return "spanId is not 16 hexadecimal digits";
    if (span->span_id.is_zero()) return "spanId is zero";
    if (!ids.parent_span_id.empty() && !span->parent_span_id.SetHex(ids.parent_span_id)) {
      return "parentSpanId is not 16 hexadecimal digits";
    }
    return nullptr;
  }

  bool ScalarMember(std::string_view key, Element value, const JsonPlace& at, Span* span) {
    if (key == "name") return values_.Text(value, at, &span->name);
    if (key == "kind") return Kind(value, at, &span->kind);
    if (key == "startTimeUnixNano") return values_.Uint64(value, at, &span->start_unix_nanos);
    if (key == "endTimeUnixNano") return values_.Uint64(value, at, &span->end_unix_nanos);
    if (key == "status") return SpanStatus(value, at, span);
    if (key == "traceState") return values_.Text(value, at, &span->trace_state);
    if (key == "flags") return values_.Uint32(value, at, &span->flags);
    if (key == "droppedAttributesCount") {
      return values_.Uint32(value, at, &span->dropped_attributes_count);
    }
    if (key == "droppedEventsCount") return values_.Uint32(value, at, &span->dropped_events_count);
    if (key == "droppedLinksCount") {
      return values_.Uint32(value, at, &span->dropped_links_count);
    }
    return true;
  }

  bool ListMember(std::string_view key, Element value, const JsonPlace& at, Span* span,
                  Parts* parts) {
    if (key == "attributes") return values_.Attributes(value, at, &span->attributes);
    if (key == "events") return Events(value, at, span);
    if (key == "links") {
      return values_.Repeated(value, at, &parts->links,
                              [this](Element child, const JsonPlace& child_place, SpanLink* to) {
                                return Link(child, child_place, to);
                              });
    }
    return true;
  }

  // Numbers from a newer protocol are read as "unspecified".
  bool Kind(Element value, const JsonPlace& at, model::SpanKind* kind) {
    int64_t number;
    if (!values_.Enum(value, at, kKinds, &number)) return false;
    const bool known = number >= 0 && number < static_cast<int64_t>(kKinds.size());
    *kind = known ? static_cast<model::SpanKind>(number) : model::SpanKind::kUnspecified;
    return true;
  }

  bool SpanStatus(Element status, const JsonPlace& place, Span* span) {
    return values_.Members(
        status, place, [&](std::string_view key, Element value, const JsonPlace& at) {
          if (key == "message") return values_.Text(value, at, &span->status_message);
          if (key != "code") return true;
          int64_t number;
          if (!values_.Enum(value, at, kStatusCodes, &number)) return false;
          const bool known = number >= 0 && number < static_cast<int64_t>(kStatusCodes.size());
          span->status_code =
              known ? static_cast<model::StatusCode>(number) : model::StatusCode::kUnset;
          return true;
        });
  }

  bool Events(Element element, const JsonPlace& place, Span* span) {
    std::span<SpanEvent> events;
    const auto event = [this](Element child, const JsonPlace& child_place, SpanEvent* to) {
      return Event(child, child_place, to);
    };
    if (!values_.Repeated(element, place, &events, event)) return false;
    span->events = events;
    return true;
  }

  bool Event(Element element, const JsonPlace& place, SpanEvent* event) {
    return values_.Members(element, place,
                           [&](std::string_view key, Element value, const JsonPlace& at) {
                             if (key == "timeUnixNano")
                               return values_.Uint64(value, at, &event->time_unix_nanos);
                             if (key == "name") return values_.Text(value, at, &event->name);
                             if (key == "attributes")
                               return values_.Attributes(value, at, &event->attributes);
                             if (key == "droppedAttributesCount") {
                               return values_.Uint32(value, at, &event->dropped_attributes_count);
                             }
                             return true;
                           });
  }

  bool Link(Element element, const JsonPlace& place, SpanLink* link) {
    std::string_view trace_id;
    std::string_view span_id;
    const bool parsed = values_.Members(
        element, place, [&](std::string_view key, Element value, const JsonPlace& at) {
          if (key == "traceId") return values_.TextInDocument(value, at, &trace_id);
          if (key == "spanId") return values_.TextInDocument(value, at, &span_id);
          if (key == "traceState") return values_.Text(value, at, &link->trace_state);
          if (key == "attributes") return values_.Attributes(value, at, &link->attributes);
          if (key == "flags") return values_.Uint32(value, at, &link->flags);
          if (key == "droppedAttributesCount") {
            return values_.Uint32(value, at, &link->dropped_attributes_count);
          }
          return true;
        });
    if (!parsed) return false;
    if (!link->trace_id.SetHex(trace_id) || !link->span_id.SetHex(span_id)) link->trace_id = {};
    return true;
  }

  OtlpJsonValues& values_;
};

class LogRecordJsonDecoder {
 public:
  explicit LogRecordJsonDecoder(OtlpJsonValues& values) : values_(values) {}

  bool operator()(Element element, const JsonPlace& place, LogRecord* record,
                  const char** rejection) {
    std::string_view trace_id;
    std::string_view span_id;
    const bool parsed = values_.Members(
        element, place, [&](std::string_view key, Element value, const JsonPlace& at) {
          if (key == "traceId") return values_.TextInDocument(value, at, &trace_id);
          if (key == "spanId") return values_.TextInDocument(value, at, &span_id);
          return Member(key, value, at, record);
        });
    if (!parsed) return false;
    if (!trace_id.empty() && !record->trace_id.SetHex(trace_id)) {
      *rejection = "traceId is not 32 hexadecimal digits";
    } else if (!span_id.empty() && !record->span_id.SetHex(span_id)) {
      *rejection = "spanId is not 16 hexadecimal digits";
    }
    return true;
  }

 private:
  bool Member(std::string_view key, Element value, const JsonPlace& at, LogRecord* record) {
    if (key == "timeUnixNano") return values_.Uint64(value, at, &record->time_unix_nanos);
    if (key == "observedTimeUnixNano") {
      return values_.Uint64(value, at, &record->observed_time_unix_nanos);
    }
    if (key == "severityNumber") return Severity(value, at, &record->severity_number);
    if (key == "severityText") return values_.Text(value, at, &record->severity_text);
    if (key == "body") return values_.AnyValue(value, at, &record->body);
    if (key == "attributes") return values_.Attributes(value, at, &record->attributes);
    if (key == "flags") return values_.Uint32(value, at, &record->flags);
    if (key == "eventName") return values_.Text(value, at, &record->event_name);
    if (key == "droppedAttributesCount") {
      return values_.Uint32(value, at, &record->dropped_attributes_count);
    }
    return true;
  }

  bool Severity(Element value, const JsonPlace& at, uint8_t* severity) {
    int64_t number;
    if (!values_.Enum(value, at, kSeverities, &number)) return false;
    *severity = number >= 0 && number <= UINT8_MAX ? static_cast<uint8_t>(number) : 0;
    return true;
  }

  OtlpJsonValues& values_;
};

// Levels of JSON around attribute values: request, three arrays of objects, events, attributes;
// each level of a value takes four more at most (kvlistValue, values, member, value).
size_t JsonDepthMax(const RequestLimits& limits) {
  return 16 + 4 * static_cast<size_t>(std::max(limits.value_depth_max, 0) + 1);
}

}  // namespace

Result<Decoded<model::SpanBatch>> DecodeOtlpTracesJson(std::string json,
                                                       const RequestLimits& limits) {
  simdjson::dom::parser parser;
  Element root;
  RETURN_IF_ERROR(ParseJson(json, JsonDepthMax(limits), &parser, &root));
  Decoded<model::SpanBatch> decoded;
  DecodeMemory memory(decoded.batch.memory.arena(), limits);
  OtlpJsonValues values(memory, limits);
  OtlpJsonGroups groups(values, decoded, decoded.batch.spans, kTraceNames, SpanJsonDecoder(values));
  if (!groups.Request(root)) return values.status();
  return decoded;
}

Result<Decoded<model::LogBatch>> DecodeOtlpLogsJson(std::string json, const RequestLimits& limits) {
  simdjson::dom::parser parser;
  Element root;
  RETURN_IF_ERROR(ParseJson(json, JsonDepthMax(limits), &parser, &root));
  Decoded<model::LogBatch> decoded;
  DecodeMemory memory(decoded.batch.memory.arena(), limits);
  OtlpJsonValues values(memory, limits);
  OtlpJsonGroups groups(values, decoded, decoded.batch.records, kLogNames,
                        LogRecordJsonDecoder(values));
  if (!groups.Request(root)) return values.status();
  return decoded;
}

std::string EncodeOtlpResponseJson(std::string_view rejected_field, uint64_t rejected_count,
                                   std::string_view message) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  if (rejected_count != 0 || !message.empty()) {
    json.Key("partialSuccess");
    json.BeginObject();
    json.Field(rejected_field, std::string_view(std::to_string(rejected_count)));
    if (!message.empty()) json.Field("errorMessage", message);
    json.EndObject();
  }
  json.EndObject();
  return out;
}

}  // namespace spanhound::wire
