// google.rpc.Status, the body of every OTLP/HTTP error and of grpc-status-details-bin, in protobuf
// and in JSON. Pure functions.
#pragma once

#include <string>

#include "base/status.h"

namespace spanhound::wire {

std::string EncodeRpcStatus(const Status& status);
std::string EncodeRpcStatusJson(const Status& status);
// With a google.rpc.RetryInfo detail: the client may try again after `retry_delay_ms`.
std::string EncodeRpcStatusWithRetry(const Status& status, uint32_t retry_delay_ms);

}  // namespace spanhound::wire
