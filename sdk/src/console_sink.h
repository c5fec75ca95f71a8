// Finished spans on stdout, at once: for a first look and for tests of programs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "encoded_record.h"

namespace spanhound::sdk {

std::string SpanText(const Scope& scope, std::string_view span);

// Threads: any. Each span is one write, so that log lines do not fall into its middle.
std::shared_ptr<RecordSink> MakeConsoleSink();

}  // namespace spanhound::sdk
