// GrpcCall: one unary call on the generic service. gRPC deletes it in OnDone, which comes only
// after Finish; so it lives until it was answered, cancelled or not, and a late answer from any
// thread is safe. GrpcCallPort is what the answering side holds; it passes on one answer only.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "net/grpc_server.h"

namespace spanhound::net {

class GrpcCall;

class GrpcCallPort {
 public:
  explicit GrpcCallPort(GrpcCall* call) : call_(call) {}
  // Any thread; only the first counts.
  void Send(GrpcReply reply);

 private:
  std::atomic<GrpcCall*> call_;
};

// The calls that wait for their answer, so that a stopping server can answer the rest.
class GrpcOpenCalls {
 public:
  void Add(const std::shared_ptr<GrpcCallPort>& port);
  void Remove(const std::shared_ptr<GrpcCallPort>& port);
  // False if some are left after `deadline_ms`.
  bool WaitUntilNone(uint32_t deadline_ms);
  void AnswerAll(const GrpcReply& reply);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_set<std::shared_ptr<GrpcCallPort>> ports_;  // guarded by mutex_
};

// Requests by status code, made when first seen.
class GrpcCounters {
 public:
  GrpcCounters(Metrics& metrics, std::string server);
  void CountReply(Code code, uint64_t count = 1);

 private:
  static constexpr size_t kCodes = 17;
  Metrics& metrics_;
  const std::string server_;
  std::atomic<Counter*> by_code_[kCodes] = {};
};

class GrpcCall final : public grpc::ServerGenericBidiReactor {
 public:
  // `handler` null: the method is unknown. `admit` null: everybody is. `options` and the others
  // outlive the server.
  GrpcCall(grpc::GenericCallbackServerContext* context, const GrpcHandler* handler,
           const GrpcAdmission* admit, const GrpcServerOptions& options, GrpcOpenCalls& open_calls,
           GrpcCounters& counters);

  // By the port, once.
  void Reply(GrpcReply reply);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  grpc::GenericCallbackServerContext* const context_;
  const GrpcHandler* const handler_;
  const GrpcServerOptions& options_;
  GrpcOpenCalls& open_calls_;
  GrpcCounters& counters_;
  std::shared_ptr<GrpcCallPort> port_;
  GrpcRequest head_;  // the metadata, until the message is there
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
};

}  // namespace spanhound::net
