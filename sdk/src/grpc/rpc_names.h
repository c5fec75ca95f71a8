// What a gRPC call is and how it ended, under the names that are chosen (semantic_opt_in.h).
#pragma once

#include <grpcpp/support/status_code_enum.h>
#include <opentelemetry/trace/span.h>

#include <span>
#include <string_view>

#include "semantic_opt_in.h"
#include "small_list.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

// As many as a call has at its start: no allocation.
using CallAttributes = SmallList<Attribute, 8>;
inline Attributes AllOf(const CallAttributes& list) {
  return std::span<const Attribute>(list.begin(), list.size());
}

// `method`: "package.Service/Method", or _OTHER. It must live as long as the attributes.
void AddRpcMethod(CallAttributes* attributes, std::string_view method, const SemanticOptIn& names);

void SetRpcStatusCode(opentelemetry::trace::Span& span, grpc::StatusCode code,
                      const SemanticOptIn& names);

}  // namespace spanhound::sdk
