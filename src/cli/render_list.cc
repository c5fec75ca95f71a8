#include "cli/render_list.h"

#include <algorithm>

#include "base/terminal_text.h"
#include "cli/column_text.h"
#include "cli/time_bar.h"

namespace spanhound::cli {
namespace {

constexpr size_t kDateColumns = 19;  // to the second; the trace itself shows more
constexpr size_t kDurationColumns = 8;
constexpr size_t kBarColumns = 8;
constexpr size_t kCountColumns = 6;

size_t IdColumns(const std::vector<TraceListEntry>& traces) {
  size_t columns = 8;
  for (const TraceListEntry& trace : traces) {
    columns = std::max(columns, ColumnCount(TerminalText(trace.trace_id)));
  }
  return columns;
}

std::string Bar(const TraceListEntry& trace, int64_t longest_micros) {
  return TimeBar({0, longest_micros, kBarColumns}, 0, trace.duration_micros, {});
}

// What failed stands out; what did not stays quiet.
std::string ErrorCell(const TraceListEntry& trace, const Painter& painter) {
  if (trace.error_count == 0) return PadLeft("-", kCountColumns);
  const std::string text = "✗ " + std::to_string(trace.error_count);
  return painter.Paint(Style::kError, PadLeft(text, kCountColumns));
}

}  // namespace

std::string RenderTraceList(const std::vector<TraceListEntry>& traces,
                            const RenderOptions& options) {
  if (traces.empty()) return "no traces match; try a longer --lookback or fewer conditions\n";
  const Painter painter(options.terminal.has_color);
  const size_t id_columns = IdColumns(traces);
  int64_t longest_micros = 1;
  for (const TraceListEntry& trace : traces) {
    longest_micros = std::max(longest_micros, trace.duration_micros);
  }
  const std::string head = PadRight("trace", id_columns) + "  " + PadRight("start", kDateColumns) +
                           " " + PadLeft("duration", kDurationColumns) + " " +
                           std::string(kBarColumns, ' ') + PadLeft("spans", kCountColumns) +
                           PadLeft("errors", kCountColumns + 1) + "  root";
  std::string out = painter.Paint(Style::kDim, head) + "\n";
  const size_t used = ColumnCount(head) - 4;
  const size_t room =
      std::max<size_t>(20, options.terminal.width > used ? options.terminal.width - used : 0);
  for (const TraceListEntry& trace : traces) {
    const std::string root =
        TerminalText(trace.root_service_name) + " " + TerminalText(trace.root_name);
    out += PadRight(TerminalText(trace.trace_id), id_columns) + "  ";
    out += DateText(trace.start_unix_micros, options.zone).substr(0, kDateColumns) + " ";
    out += PadLeft(DurationText(trace.duration_micros), kDurationColumns) + " ";
    out += painter.PaintService(0, Bar(trace, longest_micros));
    out += PadLeft(std::to_string(trace.span_count), kCountColumns) + " ";
    out += ErrorCell(trace, painter) + "  " + CutToColumns(root, room) + "\n";
  }
  return out;
}

}  // namespace spanhound::cli
