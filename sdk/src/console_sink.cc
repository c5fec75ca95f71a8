#include "console_sink.h"

#include <algorithm>
#include <cstdio>

#include "otlp_span_view.h"

namespace spanhound::sdk {
namespace {

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

void AppendLine(std::string* out, std::string_view name, std::string_view value) {
  constexpr std::size_t kNameColumns = 15;
  out->append("  ").append(name).append(kNameColumns - std::min(name.size(), kNameColumns), ' ');
  out->append(": ").append(value).append("\n");
}

void AppendAttributes(std::string* out, std::string_view indent,
                      const std::vector<AttributeView>& attributes) {
  for (const AttributeView& each : attributes) {
    out->append(indent).append(each.key).append(": ").append(ValueText(each)).append("\n");
  }
}

class ConsoleSink : public RecordSink {
 public:
  void Add(const EncodedRecord& record) noexcept override {
    const std::string text = SpanText(*record.scope, record.bytes);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
  bool Flush(std::uint64_t) noexcept override { return true; }
};

}  // namespace

std::string SpanText(const Scope& scope, std::string_view bytes) {
  static constexpr std::string_view kStatus[] = {"Unset", "Ok", "Error"};
  const SpanView span = ViewSpan(bytes);
  std::string text = "{\n";
  AppendLine(&text, "name", span.name);
  AppendLine(&text, "trace_id", Hex(span.trace_id));
  AppendLine(&text, "span_id", Hex(span.span_id));
  AppendLine(&text, "parent_span_id", Hex(span.parent_span_id));
  AppendLine(&text, "tracestate", span.trace_state);
  AppendLine(&text, "start", std::to_string(span.start_ns));
  AppendLine(&text, "duration", std::to_string(span.end_ns - span.start_ns));
  AppendLine(&text, "kind", KindName(span.kind));
  AppendLine(&text, "status", kStatus[span.status < 3 ? span.status : 0]);
  AppendLine(&text, "description", span.status_message);
  AppendLine(&text, "scope", scope.version.empty() ? scope.name : scope.name + "-" + scope.version);
  AppendLine(&text, "attributes", "");
  AppendAttributes(&text, "    ", span.attributes);
  for (const EventView& event : span.events) {
    AppendLine(&text, "event", std::string(event.name) + " at " + std::to_string(event.time_ns));
    AppendAttributes(&text, "    ", event.attributes);
  }
  for (const LinkView& link : span.links) {
    AppendLine(&text, "link", Hex(link.trace_id) + " " + Hex(link.span_id));
  }
  return text + "}\n";
}

std::shared_ptr<RecordSink> MakeConsoleSink() { return std::make_shared<ConsoleSink>(); }

}  // namespace spanhound::sdk
