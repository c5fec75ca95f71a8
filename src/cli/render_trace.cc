#include "cli/render_trace.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "base/terminal_text.h"
#include "cli/column_text.h"
#include "cli/span_tree.h"
#include "cli/time_bar.h"

namespace spanhound::cli {
namespace {

constexpr size_t kDurationColumns = 8;  // "96.1 ms", "3 m 20 s"
constexpr size_t kMarkColumns = 3;      // between duration and bar
constexpr size_t kBarColumnsMin = 16;
constexpr size_t kLabelColumnsMin = 20;
constexpr size_t kCountColumns = 12;  // in the totals
constexpr size_t kErrorNumber = 17;   // severity numbers of OpenTelemetry
constexpr size_t kWarningNumber = 13;
constexpr std::string_view kErrorMark = "✗";

struct ServiceTotals {
  size_t number = 0;  // by first appearance: its colour
  size_t span_count = 0;
  size_t error_count = 0;
  int64_t self_micros = 0;  // when its spans ran and no child of theirs did
};

// How long a span ran while none of its children did.
int64_t SelfMicros(const SpanView& span, const TreeLine& line) {
  const int64_t start = span.start_unix_micros;
  const int64_t end = start + span.duration_micros;
  int64_t self = span.duration_micros;
  for (const auto& [child_start, child_end] : line.child_time) {
    self -= std::max<int64_t>(0, std::min(end, child_end) - std::max(start, child_start));
  }
  return self;
}

std::string Counted(size_t count, std::string_view singular) {
  return std::to_string(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

// Fills up to the column, whatever colour codes are in between.
std::string Spaces(size_t used, size_t columns) {
  return std::string(used < columns ? columns - used : 0, ' ');
}

class TraceRenderer {
 public:
  TraceRenderer(const TraceView& trace, const RenderOptions& options)
      : trace_(trace),
        options_(options),
        painter_(options.terminal.has_color),
        lines_(LayOutTree(trace)) {
    for (const TreeLine& line : lines_) CountService(trace_.spans[line.span], line);
    for (const LogView& log : trace_.logs) logs_of_span_[log.span_id].push_back(&log);
    MeasureTime();
    MeasureColumns();
  }

  std::string Render() {
    RenderHead();
    RenderAxis();
    size_t drawn = 0;
    for (const TreeLine& line : lines_) {
      if (drawn == options_.spans_max && options_.spans_max != 0) break;
      RenderSpan(line);
      ++drawn;
    }
    if (drawn < lines_.size()) {
      Line(painter_.Paint(Style::kWarning, "… " + Counted(lines_.size() - drawn, "more span") +
                                               "; --max-spans 0 draws them all"));
    }
    RenderLooseLogs();
    RenderTotals();
    return std::move(out_);
  }

 private:
  void CountService(const SpanView& span, const TreeLine& line) {
    auto [totals, is_new] = services_.try_emplace(span.service_name);
    if (is_new) {
      totals->second.number = service_order_.size();
      service_order_.push_back(span.service_name);
    }
    ++totals->second.span_count;
    totals->second.self_micros += SelfMicros(span, line);
    if (!span.is_error) return;
    ++totals->second.error_count;
    ++error_count_;
  }

  void MeasureTime() {
    int64_t start = INT64_MAX;
    int64_t end = INT64_MIN;
    for (const SpanView& span : trace_.spans) {
      start = std::min(start, span.start_unix_micros);
      end = std::max(end, span.start_unix_micros + span.duration_micros);
    }
    axis_.start_micros = start;
    axis_.duration_micros = end - start;
  }

  // The labels get what they need, up to a good half; the bars get the rest.
  void MeasureColumns() {
    const size_t width = options_.terminal.width;
    const size_t fixed = 1 + kDurationColumns + kMarkColumns;
    size_t longest = kLabelColumnsMin;
    for (const TreeLine& line : lines_) longest = std::max(longest, LabelColumns(line));
    const size_t room = width > fixed + kBarColumnsMin ? width - fixed - kBarColumnsMin : 0;
    label_columns_ = std::min({longest, std::max(room, kLabelColumnsMin), width * 11 / 20});
    axis_.columns = width > fixed + label_columns_ ? width - fixed - label_columns_ : 0;
  }

  size_t LabelColumns(const TreeLine& line) const {
    const SpanView& span = trace_.spans[line.span];
    return ColumnCount(line.branch) + ColumnCount(TerminalText(span.service_name)) + 1 +
           ColumnCount(TerminalText(span.name));
  }

  void Line(std::string_view text) { out_.append(text).push_back('\n'); }

  void RenderHead() {
    const SpanView& root = trace_.spans[lines_.front().span];
    const size_t width = options_.terminal.width;
    const std::string service = CutToColumns(TerminalText(root.service_name), width / 2);
    const size_t room = width - ColumnCount(service) - 1;
    Line(painter_.PaintService(0, service) + " " +
         painter_.Paint(Style::kBold, CutToColumns(TerminalText(root.name), room)));
    const std::string facts =
        DateText(axis_.start_micros, options_.zone) + " · " + DurationText(axis_.duration_micros);
    Line(painter_.Paint(Style::kDim, "trace " + TerminalText(trace_.trace_id) + " · " + facts));
    Line("");
  }

  // "0            32.1 ms        64.2 ms" over the bars.
  void RenderAxis() {
    const size_t columns = axis_.columns;
    const size_t ticks = std::clamp<size_t>(columns / 12, 1, 4);
    std::string axis;
    size_t used = 0;
    for (size_t tick = 0; tick < ticks; ++tick) {
      const size_t at = columns * tick / ticks;
      const auto micros =
          static_cast<int64_t>(static_cast<double>(axis_.duration_micros) *
                               static_cast<double>(tick) / static_cast<double>(ticks));
      const std::string text = "╷" + (tick == 0 ? std::string("0") : DurationText(micros));
      axis += Spaces(used, at) + text;
      used = std::max(used, at) + ColumnCount(text);
    }
    const size_t before = label_columns_ + 1 + kDurationColumns + kMarkColumns;
    Line(std::string(before, ' ') + painter_.Paint(Style::kDim, axis));
  }

  void RenderSpan(const TreeLine& line) {
    const SpanView& span = trace_.spans[line.span];
    const size_t service = services_.at(span.service_name).number;
    const std::string bar =
        TimeBar(axis_, span.start_unix_micros, span.duration_micros, line.child_time);
    const std::string visible_bar = bar.substr(0, bar.find_last_not_of(' ') + 1);
    std::string text = Label(line, span, service) + " ";
    text += PadLeft(DurationText(span.duration_micros), kDurationColumns) + " ";
    text += span.is_error ? painter_.Paint(Style::kError, kErrorMark) : " ";
    text += " ";
    text += span.is_error ? painter_.Paint(Style::kError, visible_bar)
                          : painter_.PaintService(service, visible_bar);
    Line(text);
    RenderNotes(line, span);
  }

  // The service in its colour, the name after it; the name is cut first.
  std::string Label(const TreeLine& line, const SpanView& span, size_t service) const {
    const size_t room = label_columns_ - std::min(label_columns_, ColumnCount(line.branch));
    const std::string service_text = CutToColumns(TerminalText(span.service_name), room);
    const size_t used = ColumnCount(service_text) + 1;
    const std::string name = room > used ? CutToColumns(TerminalText(span.name), room - used) : "";
    const size_t columns = ColumnCount(line.branch) + used + ColumnCount(name);
    return painter_.Paint(Style::kDim, line.branch) + painter_.PaintService(service, service_text) +
           " " + painter_.Paint(span.is_error ? Style::kError : Style::kBold, name) +
           Spaces(columns, label_columns_);
  }

  // What belongs to a span stands below it, in front of its children.
  void RenderNotes(const TreeLine& line, const SpanView& span) {
    const bool has_children = !line.child_time.empty();
    const std::string indent = line.below + (has_children ? "│ " : "  ");
    if (line.misses_parent) {
      Note(indent, Style::kWarning, "parent span " + span.parent_span_id + " is not stored");
    }
    if (!span.status_message.empty()) Note(indent, Style::kError, span.status_message);
    if (options_.with_attributes) {
      for (const auto& [key, value] : span.attributes)
        Note(indent, Style::kDim, key + " = " + value);
    }
    for (const EventView& event : span.events) RenderEvent(indent, event);
    const auto logs = logs_of_span_.find(span.span_id);
    if (logs == logs_of_span_.end()) return;
    for (const LogView* log : logs->second) RenderLog(indent, *log);
  }

  void RenderEvent(const std::string& indent, const EventView& event) {
    std::string text = "◆ +" +
                       DurationText(std::max<int64_t>(0, event.unix_micros - axis_.start_micros)) +
                       " " + event.name;
    for (const auto& [key, value] : event.fields) {
      // Whole stack traces would drown the tree.
      if (key != "exception.stacktrace") text += " " + key + "=" + value;
    }
    Note(indent, event.name == "exception" ? Style::kError : Style::kDim, text);
  }

  void RenderLog(const std::string& indent, const LogView& log) {
    const auto severity = static_cast<size_t>(std::max(0, log.severity_number));
    const Style style = severity >= kErrorNumber     ? Style::kError
                        : severity >= kWarningNumber ? Style::kWarning
                                                     : Style::kDim;
    const std::string level = PadRight(TerminalText(log.severity_text), 5);
    const std::string head = ClockText(log.unix_micros, options_.zone) + " ";
    const size_t used = ColumnCount(indent) + ColumnCount(head) + ColumnCount(level) + 1;
    const size_t room = options_.terminal.width > used ? options_.terminal.width - used : 0;
    Line(painter_.Paint(Style::kDim, indent + head) + painter_.Paint(style, level) + " " +
         CutToColumns(TerminalText(log.body), room));
  }

  void Note(const std::string& indent, Style style, std::string_view text) {
    const size_t used = ColumnCount(indent);
    const size_t room = options_.terminal.width > used ? options_.terminal.width - used : 0;
    Line(painter_.Paint(Style::kDim, indent) +
         painter_.Paint(style, CutToColumns(TerminalText(text), room)));
  }

  // Logs of the trace whose span is not known or not stored.
  void RenderLooseLogs() {
    std::map<std::string_view, bool> known;
    for (const SpanView& span : trace_.spans) known[span.span_id] = true;
    bool has_title = false;
    for (const LogView& log : trace_.logs) {
      if (known.contains(log.span_id)) continue;
      if (!has_title) {
        Line("");
        Line(painter_.Paint(Style::kBold, "logs of the trace, of no stored span"));
      }
      has_title = true;
      RenderLog("  ", log);
    }
  }

  void RenderTotals() {
    Line("");
    std::string totals =
        Counted(lines_.size(), "span") + " · " + Counted(services_.size(), "service") + " · ";
    if (error_count_ > 0) {
      totals += painter_.Paint(Style::kError, Counted(error_count_, "error"));
    } else {
      totals += "no errors";
    }
    if (!trace_.logs.empty()) totals += " · " + Counted(trace_.logs.size(), "log line");
    Line(totals);
    for (const std::string& name : service_order_) RenderServiceTotals(name);
  }

  // Where the time went: one line a service, in the order in which they came into the trace.
  void RenderServiceTotals(const std::string& name) {
    size_t name_columns = 0;
    for (const std::string& other : service_order_) {
      name_columns = std::max(name_columns, ColumnCount(TerminalText(other)));
    }
    name_columns = std::min(name_columns, label_columns_);
    const ServiceTotals& service = services_.at(name);
    std::string text = painter_.PaintService(service.number, "■");
    text.append(" ").append(PadRight(TerminalText(name), name_columns));
    text += PadLeft(Counted(service.span_count, "span"), kCountColumns);
    text += PadLeft(DurationText(service.self_micros), kCountColumns) + " self";
    if (service.error_count > 0) {
      text.append("  ").append(
          painter_.Paint(Style::kError, Counted(service.error_count, "error")));
    }
    Line(text);
  }

  const TraceView& trace_;
  const RenderOptions& options_;
  const Painter painter_;
  const std::vector<TreeLine> lines_;
  StringMap<ServiceTotals> services_;
  std::vector<std::string> service_order_;
  StringMap<std::vector<const LogView*>> logs_of_span_;
  size_t error_count_ = 0;
  TimeAxis axis_;
  size_t label_columns_ = 0;
  std::string out_;
};

}  // namespace

std::string RenderTrace(const TraceView& trace, const RenderOptions& options) {
  if (trace.spans.empty()) return "the trace has no spans\n";
  return TraceRenderer(trace, options).Render();
}

}  // namespace spanhound::cli
