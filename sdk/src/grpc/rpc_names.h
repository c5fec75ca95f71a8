// What a gRPC call is and how it ended, under the names that are chosen (semantic_opt_in.h).
#pragma once

#include <grpcpp/support/status_code_enum.h>
#include <opentelemetry/trace/span.h>

#include <string_view>
#include <vector>

#include "semantic_opt_in.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

// `method`: "package.Service/Method", or _OTHER. It must live as long as the attributes.
void AddRpcMethod(std::vector<Attribute>* attributes, std::string_view method,
                  const SemanticOptIn& names);

void SetRpcStatusCode(opentelemetry::trace::Span& span, grpc::StatusCode code,
                      const SemanticOptIn& names);

}  // namespace spanhound::sdk
