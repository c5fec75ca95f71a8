// For tests/e2e/kit_test.py: a program that records spans all the time while its backend fails, and
// tells as JSON how long the slowest took, how long the shutdown, and what became of them.
//
//   sdk_span_burst MILLISECONDS
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "spanhound/setup.h"
#include "spanhound/trace.h"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

long long Milliseconds(Clock::duration time) {
  return std::chrono::duration_cast<milliseconds>(time).count();
}

}  // namespace

int main(int argc, char** argv) {
  const Clock::time_point end = Clock::now() + milliseconds(argc > 1 ? std::atoi(argv[1]) : 1000);
  auto telemetry = spanhound::sdk::Setup("span-burst", "1.0");
  unsigned long long spans = 0;
  Clock::duration slowest{0};
  while (Clock::now() < end) {
    for (int i = 0; i < 100; ++i, ++spans) {
      const Clock::time_point start = Clock::now();
      { spanhound::sdk::Span span("burst", {{"number", static_cast<int>(i)}}); }
      slowest = std::max(slowest, Clock::now() - start);
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
  const Clock::time_point stop = Clock::now();
  telemetry.Shutdown(milliseconds(500));
  const Clock::duration shutdown = Clock::now() - stop;
  const auto counts = telemetry.span_counts();
  std::printf(
      "{\"spans\": %llu, \"slowest_ms\": %lld, \"shutdown_ms\": %lld, \"delivered\": %llu, "
      "\"lost\": %llu, \"dropped\": %llu}\n",
      spans, Milliseconds(slowest), Milliseconds(shutdown),
      static_cast<unsigned long long>(counts.delivered),
      static_cast<unsigned long long>(counts.lost),
      static_cast<unsigned long long>(counts.dropped));
}
