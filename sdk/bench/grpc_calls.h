// An empty unary gRPC call, client and server in one process: the worst case for what tracing
// costs.
#pragma once

#include <chrono>
#include <memory>

namespace spanhound::sdk {

class GrpcCalls {
 public:
  // `traced`: spans on both sides, by the global provider and propagator of the moment.
  explicit GrpcCalls(bool traced);
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
