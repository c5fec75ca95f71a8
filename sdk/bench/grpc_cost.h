// What tracing costs gRPC calls, with all that belongs to it: spans go to a real backend by HTTP
// while the calls are made.
#pragma once

#include <chrono>
#include <string_view>

namespace spanhound::sdk {

// Prints a member of a JSON object.
void MeasureGrpc(int rounds, std::chrono::milliseconds time);

// `who`: plain, idle, kit or packaged; false for anybody else.
bool CallOnly(std::string_view who, int calls);

}  // namespace spanhound::sdk
