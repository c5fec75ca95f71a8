// A trace as text for a terminal: the tree of spans with its log lines on the left, bars on a
// common time axis on the right, totals below. Pure function.
#pragma once

#include <cstddef>
#include <string>

#include "cli/terminal.h"
#include "cli/time_text.h"
#include "cli/trace_view.h"

namespace spanhound::cli {

struct RenderOptions {
  Terminal terminal;
  TimeZone zone = TimeZone::kLocal;
  bool with_attributes = false;
  size_t spans_max = 1000;  // more are counted, not drawn; 0: no limit
};

std::string RenderTrace(const TraceView& trace, const RenderOptions& options);

}  // namespace spanhound::cli
