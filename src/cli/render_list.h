// Search results as a table for a terminal, newest first as they come. Pure function.
#pragma once

#include <string>
#include <vector>

#include "cli/render_trace.h"
#include "cli/trace_view.h"

namespace spanhound::cli {

std::string RenderTraceList(const std::vector<TraceListEntry>& traces,
                            const RenderOptions& options);

}  // namespace spanhound::cli
