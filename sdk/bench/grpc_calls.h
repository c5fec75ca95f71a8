// An empty unary gRPC call, client and server in one process: the worst case for what tracing
// costs.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace spanhound::sdk {

// On both sides. Idle ones do nothing: what gRPC itself takes for having any. Tracing ones make
// spans, by the global provider and propagator of the moment.
enum class Interceptors : std::uint8_t { kNone, kIdle, kTracing };

class GrpcCalls {
 public:
  explicit GrpcCalls(Interceptors interceptors);
  ~GrpcCalls();

  struct Rate {
    double per_second;
    double cpu_us;  // of the whole process for one call: both sides, and what exports spans
  };
  // With four clients, each one call after the other.
  Rate Measure(std::chrono::milliseconds time);

  void Call(int times);  // all clients together

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace spanhound::sdk
