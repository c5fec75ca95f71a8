// Brings export requests of one signal to the backend: retries with growing pauses as OTLP asks its
// clients to, gives up in time, counts what was lost and says why.
//
// Threads: Deliver and CountRejected from one thread at a time, Losses from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "error_reporter.h"
#include "stop_signal.h"
#include "transport.h"

namespace spanhound::sdk {

class Delivery {
 public:
  struct Settings {
    std::string signal;                 // "spans" or "log records", for messages
    std::chrono::milliseconds timeout;  // for one request, all attempts together
    bool gzip = false;                  // compress bodies; the transport says so to the peer
    StopSignal* stop = nullptr;
    ErrorReporter* errors = nullptr;
  };
  Delivery(Settings settings, std::unique_ptr<Transport> transport);

  // The reply's body; nullopt when the items are lost.
  std::optional<std::string> Deliver(std::string_view body, std::size_t items);

  // Items that were lost although a request was delivered, or never made it into one.
  void CountRejected(std::uint64_t items, std::string_view why);

  std::uint64_t delivered() const;
  std::uint64_t lost() const;

  // "3 of 50 spans lost on the way to http://...: why"; nothing when nothing was lost.
  std::optional<std::string> Losses() const;

 private:
  Reply Attempts(std::string_view body);

  const Settings settings_;
  const std::unique_ptr<Transport> transport_;
  mutable std::mutex mutex_;
  std::uint64_t items_ = 0;
  std::uint64_t lost_ = 0;
  std::string last_error_;
};

}  // namespace spanhound::sdk
