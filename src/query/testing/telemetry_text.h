// Spans and logs as readable text, for tests. For tests only. One span a line, children indented
// by two spaces below their parents:
//
//   trace 1
//   frontend "GET /" @0ms +100ms kind=server status=error http.status_code=500 resource.host=h1
//     redis GET @10ms +5ms id=22 event:miss@11ms event.key="a b"
//
// service, name, start (after kTextEpochNanos) and duration come first, then in any order: id=
// parent= (hexadecimal; counted and taken from the indentation otherwise), kind= status= message=
// state= flags= scope=name@version, event:NAME@TIME, link=TRACE/SPAN, attributes with the prefix
// resource. scope. event. (of the last event) link. (of the last link), and attributes of the span.
// Values are typed by their looks: 5, 1.5, true, "text".
//
// Logs: @12ms frontend ERROR "no route" trace=1 span=22 key=value, the body typed like a value
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/log_batch.h"
#include "model/semantic_names.h"
#include "model/span_batch.h"
#include "query/testing/text_tokens.h"

namespace spanhound::query {

inline constexpr int64_t kTextEpochNanos = 1'767'225'600'000'000'000;  // 2026-01-01 00:00 UTC

template <typename Id>
Id IdFromText(std::string_view hex) {
  Id id;
  if (hex.size() > 2 * Id::kSize) BadText("id too long", hex);
  if (!id.SetHex(std::string(2 * Id::kSize - hex.size(), '0').append(hex))) BadText("id", hex);
  return id;
}

template <typename Id>
std::string IdText(const Id& id) {
  const std::string hex = id.ToHex();
  const size_t digits = hex.find_first_not_of('0');
  return digits == std::string::npos ? "-" : hex.substr(digits);
}

inline uint64_t TimeFromText(std::string_view text) {
  int64_t nanos = 0;
  if (!ReadNanos(text, &nanos)) BadText("time", text);
  return static_cast<uint64_t>(kTextEpochNanos + nanos);
}

// Shared by spans and logs: attributes by owner, copied into a batch.
class TextAttributes {
 public:
  explicit TextAttributes(Arena& arena) : arena_(arena) {}

  void Add(std::string_view key, std::string_view token) {
    list_.push_back({arena_.Copy(key), Value(token)});
  }
  std::span<const model::Attribute> Take() {
    auto out = arena_.CopyArray(std::span<const model::Attribute>(list_));
    list_.clear();
    return out;
  }

 private:
  model::AttributeValue Value(std::string_view token) {
    using model::AttributeValue;
    if (token == "true" || token == "false") return AttributeValue::Bool(token == "true");
    const std::string text(token);
    char* end = nullptr;
    const bool is_number = !text.empty() && text.find_first_not_of("-.e0123456789") == text.npos;
    if (is_number && text.find('.') == text.npos) {
      const int64_t integer = std::strtoll(text.c_str(), &end, 10);
      if (*end == '\0') return AttributeValue::Int(integer);
    }
    if (is_number) {
      const double real = std::strtod(text.c_str(), &end);
      if (*end == '\0') return AttributeValue::Double(real);
    }
    return AttributeValue::String(arena_.Copy(Unquoted(token)));
  }

  Arena& arena_;
  std::vector<model::Attribute> list_;
};

class SpanTextReader {
 public:
  // Of all lines.
  static model::SpanBatch Read(const std::vector<std::string>& lines) {
    SpanTextReader reader;
    for (const std::string& line : lines) reader.ReadLine(line);
    return std::move(reader.batch_);
  }

 private:
  struct Resource {
    std::string service;
    std::vector<std::pair<std::string, std::string>> attributes;
  };

  void ReadLine(const std::string& line) {
    const std::vector<std::string> tokens = SplitTokens(line);
    if (tokens.empty() || tokens[0] == "#") return;
    if (tokens[0] == "trace" && tokens.size() == 2) {
      trace_id_ = IdFromText<model::TraceId>(tokens[1]);
      ancestors_.clear();
      return;
    }
    if (tokens.size() < 4) BadText("span", line);
    ReadSpan(tokens, line.find_first_not_of(' ') / 2);
  }

  void ReadSpan(const std::vector<std::string>& tokens, size_t level) {
    Arena& arena = batch_.memory.arena();
    TextAttributes own(arena), resource(arena), scope(arena), element(arena);
    resource.Add(model::kServiceName, '"' + Unquoted(tokens[0]) + '"');
    span_ = {};
    span_.trace_id = trace_id_;
    span_.name = arena.Copy(Unquoted(tokens[1]));
    ReadTimes(tokens[2], tokens[3]);
    span_.span_id = IdFromText<model::SpanId>(std::to_string(++count_));
    if (level > 0) span_.parent_span_id = ancestors_.at(level - 1);
    events_.clear();
    links_.clear();
    model::Scope new_scope;
    for (size_t i = 4; i < tokens.size(); ++i) {
      ReadToken(tokens[i], &new_scope, own, resource, scope);
    }
    Finish(level, new_scope, own, resource, scope);
  }

  void ReadTimes(std::string_view start, std::string_view duration) {
    int64_t nanos = 0;
    if (!start.starts_with('@') || !duration.starts_with('+')) BadText("times", start);
    if (!ReadNanos(duration.substr(1), &nanos)) BadText("duration", duration);
    span_.start_unix_nanos = TimeFromText(start.substr(1));
    span_.end_unix_nanos = span_.start_unix_nanos + static_cast<uint64_t>(nanos);
  }

  void ReadToken(const std::string& token, model::Scope* new_scope, TextAttributes& own,
                 TextAttributes& resource, TextAttributes& scope) {
    if (token.starts_with("event:")) return ReadEvent(token.substr(6));
    const size_t equals = token.find('=');
    if (equals == std::string::npos) BadText("expected key=value", token);
    const std::string key = token.substr(0, equals);
    const std::string value = token.substr(equals + 1);
    if (ReadField(key, value, new_scope)) return;
    const auto add = [&](std::string_view prefix, TextAttributes& to) {
      if (!key.starts_with(prefix)) return false;
      to.Add(key.substr(prefix.size()), value);
      return true;
    };
    if (add("resource.", resource) || add("scope.", scope)) return;
    if (key.starts_with("event.")) {
      return AddToElement(events_.at(events_.size() - 1), key.substr(6), value);
    }
    if (key.starts_with("link.")) {
      return AddToElement(links_.at(links_.size() - 1), key.substr(5), value);
    }
    own.Add(key, value);
  }

  bool ReadField(const std::string& key, const std::string& value, model::Scope* new_scope) {
    Arena& arena = batch_.memory.arena();
    if (key == "id") {
      span_.span_id = IdFromText<model::SpanId>(value);
    } else if (key == "parent") {
      span_.parent_span_id = IdFromText<model::SpanId>(value);
    } else if (key == "kind") {
      if (!model::ParseSpanKind(value, &span_.kind)) BadText("kind", value);
    } else if (key == "status") {
      span_.status_code = value == "ok" ? model::StatusCode::kOk : model::StatusCode::kError;
    } else if (key == "message") {
      span_.status_message = arena.Copy(Unquoted(value));
    } else if (key == "state") {
      span_.trace_state = arena.Copy(Unquoted(value));
    } else if (key == "flags") {
      span_.flags = static_cast<uint32_t>(std::stoul(value));
    } else if (key == "scope") {
      const size_t at = value.find('@');
      new_scope->name = arena.Copy(value.substr(0, at));
      if (at != std::string::npos) new_scope->version = arena.Copy(value.substr(at + 1));
    } else if (key == "link") {
      const size_t slash = value.find('/');
      model::SpanLink& link = links_.emplace_back();
      link.trace_id = IdFromText<model::TraceId>(value.substr(0, slash));
      link.span_id = IdFromText<model::SpanId>(value.substr(slash + 1));
    } else {
      return false;
    }
    return true;
  }

  void ReadEvent(const std::string& text) {
    const size_t at = text.rfind('@');
    model::SpanEvent& event = events_.emplace_back();
    event.name = batch_.memory.arena().Copy(Unquoted(text.substr(0, at)));
    event.time_unix_nanos = TimeFromText(text.substr(at + 1));
  }

  template <typename Element>
  void AddToElement(Element& element, const std::string& key, const std::string& value) {
    TextAttributes attributes(batch_.memory.arena());
    attributes.Add(key, value);
    std::vector<model::Attribute> list(element.attributes.begin(), element.attributes.end());
    list.push_back(attributes.Take().front());
    element.attributes = batch_.memory.arena().CopyArray(std::span<const model::Attribute>(list));
  }

  void Finish(size_t level, model::Scope new_scope, TextAttributes& own, TextAttributes& resource,
              TextAttributes& scope) {
    Arena& arena = batch_.memory.arena();
    span_.attributes = own.Take();
    span_.events = arena.CopyArray(std::span<const model::SpanEvent>(events_));
    span_.links = arena.CopyArray(std::span<const model::SpanLink>(links_));
    new_scope.attributes = scope.Take();
    span_.resource_index = static_cast<uint32_t>(batch_.resources.size());
    span_.scope_index = static_cast<uint32_t>(batch_.scopes.size());
    batch_.resources.push_back({resource.Take(), 0, {}});
    batch_.scopes.push_back(new_scope);
    batch_.spans.push_back(span_);
    ancestors_.resize(level);
    ancestors_.push_back(span_.span_id);
  }

  model::SpanBatch batch_;
  model::TraceId trace_id_;
  model::Span span_;
  std::vector<model::SpanEvent> events_;
  std::vector<model::SpanLink> links_;
  std::vector<model::SpanId> ancestors_;
  int count_ = 0;
};

inline model::SpanBatch SpansFromText(const std::vector<std::string>& lines) {
  return SpanTextReader::Read(lines);
}

inline int SeverityFromText(std::string_view level) {
  const std::map<std::string_view, int> numbers = {{"TRACE", 1}, {"DEBUG", 5},  {"INFO", 9},
                                                   {"WARN", 13}, {"ERROR", 17}, {"FATAL", 21}};
  return numbers.at(level);
}

inline model::LogBatch LogsFromText(const std::vector<std::string>& lines) {
  model::LogBatch batch;
  Arena& arena = batch.memory.arena();
  for (const std::string& line : lines) {
    const std::vector<std::string> tokens = SplitTokens(line);
    if (tokens.size() < 4 || !tokens[0].starts_with('@')) BadText("log", line);
    TextAttributes own(arena), resource(arena);
    model::LogRecord& record = batch.records.emplace_back();
    record.time_unix_nanos = TimeFromText(std::string_view(tokens[0]).substr(1));
    record.observed_time_unix_nanos = record.time_unix_nanos + 1'000'000;
    resource.Add(model::kServiceName, '"' + tokens[1] + '"');
    record.severity_text = arena.Copy(tokens[2]);
    record.severity_number = static_cast<uint8_t>(SeverityFromText(tokens[2]));
    TextAttributes body(arena);
    body.Add("", tokens[3]);
    record.body = body.Take().front().value;
    for (size_t i = 4; i < tokens.size(); ++i) {
      const size_t equals = tokens[i].find('=');
      const std::string key = tokens[i].substr(0, equals);
      const std::string value = tokens[i].substr(equals + 1);
      if (key == "trace") {
        record.trace_id = IdFromText<model::TraceId>(value);
      } else if (key == "span") {
        record.span_id = IdFromText<model::SpanId>(value);
      } else {
        own.Add(key, value);
      }
    }
    record.attributes = own.Take();
    record.resource_index = static_cast<uint32_t>(batch.resources.size());
    record.scope_index = static_cast<uint32_t>(batch.scopes.size());
    batch.resources.push_back({resource.Take(), 0, {}});
    batch.scopes.emplace_back();
  }
  return batch;
}

}  // namespace spanhound::query
