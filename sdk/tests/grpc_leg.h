// The middle leg of the matrix: a gRPC call, in each form the client and the server API have.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "greeter.grpc.pb.h"

namespace spanhound::sdk {

enum class ClientForm { kUnary, kUnaryCallback, kStream, kStreamCallback };
enum class ServerForm { kSync, kCallback };

inline constexpr int kMessagesPerStream = 2;

// A traced server that answers every message with what `work` returns; the callback form does the
// work on a thread of its own.
class GreeterServer {
 public:
  GreeterServer(ServerForm form, std::function<std::string()> work);
  ~GreeterServer();

  int port() const { return port_; }

 private:
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// The (last) answer, or the text of the status when the call failed.
std::string CallGreeter(ClientForm form, const std::shared_ptr<grpc::Channel>& channel);

}  // namespace spanhound::sdk
