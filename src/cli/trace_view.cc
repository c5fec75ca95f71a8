#include "cli/trace_view.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

namespace spanhound::cli {
namespace {

using Json = nlohmann::json;

// Every look into the JSON goes through these: absent and mistyped members read as empty.
const Json& Member(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string Text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Also of decimal strings, which is how 64-bit numbers come.
int64_t Number(const Json& value) {
  if (value.is_number_integer()) return value.get<int64_t>();
  int64_t number = 0;
  const std::string text = Text(value);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The elements of "data"; an error if there is no such array.
Result<const Json*> DataOf(const Json& answer) {
  const Json& data = Member(answer, "data");
  if (!data.is_array()) return InvalidArgument("the server's answer is not what was asked for");
  return &data;
}

Json Parse(std::string_view json) { return Json::parse(json, nullptr, /*allow_exceptions=*/false); }

std::vector<std::pair<std::string, std::string>> KeyValues(const Json& list) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Json& item : list) {
    out.emplace_back(Text(Member(item, "key")), Text(Member(item, "value")));
  }
  return out;
}

EventView ToEvent(const Json& log) {
  EventView event;
  event.unix_micros = Number(Member(log, "timestamp"));
  for (auto& field : KeyValues(Member(log, "fields"))) {
    if (field.first == "event" && event.name.empty()) {
      event.name = std::move(field.second);
    } else {
      event.fields.push_back(std::move(field));
    }
  }
  return event;
}

// The last tag wins: what the server adds for a field of the span stands behind its attributes.
void ReadTags(const Json& tags, SpanView* span) {
  span->attributes = KeyValues(tags);
  for (const auto& [key, value] : span->attributes) {
    if (key == "error") span->is_error = value == "true";
    if (key == "otel.status_description") span->status_message = value;
  }
}

SpanView ToSpan(const Json& json, const std::map<std::string, std::string>& services) {
  SpanView span;
  span.span_id = Text(Member(json, "spanID"));
  span.name = Text(Member(json, "operationName"));
  span.start_unix_micros = Number(Member(json, "startTime"));
  span.duration_micros = std::max<int64_t>(0, Number(Member(json, "duration")));
  const auto service = services.find(Text(Member(json, "processID")));
  if (service != services.end()) span.service_name = service->second;
  const std::string trace_id = Text(Member(json, "traceID"));
  for (const Json& reference : Member(json, "references")) {
    const bool is_parent = Text(Member(reference, "refType")) == "CHILD_OF" &&
                           Text(Member(reference, "traceID")) == trace_id;
    if (is_parent && span.parent_span_id.empty()) {
      span.parent_span_id = Text(Member(reference, "spanID"));
    }
  }
  ReadTags(Member(json, "tags"), &span);
  for (const Json& log : Member(json, "logs")) span.events.push_back(ToEvent(log));
  return span;
}

}  // namespace

Result<TraceView> ParseTrace(std::string_view json) {
  const Json answer = Parse(json);
  ASSIGN_OR_RETURN(const Json* data, DataOf(answer));
  if (data->empty()) return InvalidArgument("the server's answer holds no trace");
  const Json& trace = data->front();
  std::map<std::string, std::string> services;
  for (const auto& process : Member(trace, "processes").items()) {
    services[process.key()] = Text(Member(process.value(), "serviceName"));
  }
  TraceView view;
  view.trace_id = Text(Member(trace, "traceID"));
  for (const Json& span : Member(trace, "spans")) view.spans.push_back(ToSpan(span, services));
  return view;
}

Result<std::vector<LogView>> ParseLogs(std::string_view json) {
  const Json answer = Parse(json);
  ASSIGN_OR_RETURN(const Json* data, DataOf(answer));
  std::vector<LogView> logs;
  for (const Json& record : *data) {
    LogView& log = logs.emplace_back();
    log.unix_micros = Number(Member(record, "timeUnixNano")) / 1000;
    log.severity_number = static_cast<int>(Number(Member(record, "severityNumber")));
    log.severity_text = Text(Member(record, "severityText"));
    log.body = Text(Member(record, "body"));
    log.span_id = Text(Member(record, "spanID"));
  }
  return logs;
}

Result<std::vector<TraceListEntry>> ParseTraceList(std::string_view json) {
  const Json answer = Parse(json);
  ASSIGN_OR_RETURN(const Json* data, DataOf(answer));
  std::vector<TraceListEntry> entries;
  for (const Json& summary : *data) {
    TraceListEntry& entry = entries.emplace_back();
    entry.trace_id = Text(Member(summary, "traceID"));
    entry.root_service_name = Text(Member(summary, "rootServiceName"));
    entry.root_name = Text(Member(summary, "rootOperationName"));
    entry.start_unix_micros = Number(Member(summary, "startTimeUnixNano")) / 1000;
    entry.duration_micros = Number(Member(summary, "durationNanos")) / 1000;
    entry.span_count = static_cast<uint64_t>(Number(Member(summary, "spanCount")));
    entry.error_count = static_cast<uint64_t>(Number(Member(summary, "errorCount")));
  }
  return entries;
}

std::string ErrorMessage(std::string_view json) {
  const Json answer = Parse(json);
  const Json& errors = Member(answer, "errors");
  return errors.is_array() && !errors.empty() ? Text(Member(errors.front(), "msg")) : "";
}

}  // namespace spanhound::cli
