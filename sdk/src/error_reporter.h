// Where the kit complains: stderr, at most one line per interval however many things fail, with the
// number of complaints left out. A dead collector must not fill the disk of the service.
//
// Threads: all methods, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace spanhound::sdk {

class ErrorReporter {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kInterval{10};

  struct Seams {  // replaced in tests
    std::function<Clock::time_point()> now = Clock::now;
    std::function<void(const std::string& line)> write;
  };
  ErrorReporter();
  explicit ErrorReporter(Seams seams);

  void Report(std::string_view text);

  // Past the limit: for what is said once in the life of a process.
  void ReportOnce(std::string_view text);

  // Quiet, it says nothing at all (OTEL_LOG_LEVEL=none).
  void SetQuiet(bool quiet);

  // Around fork().
  void Lock() { mutex_.lock(); }
  void Unlock() { mutex_.unlock(); }

 private:
  Seams seams_;
  std::mutex mutex_;
  bool quiet_ = false;
  bool reported_ = false;
  Clock::time_point last_{};
  std::uint64_t left_out_ = 0;
};

// The reporter of this process. The first call also takes over the messages of the opentelemetry
// SDK (warnings and errors).
ErrorReporter& TelemetryErrors();

}  // namespace spanhound::sdk
