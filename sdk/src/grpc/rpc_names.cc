#include "grpc/rpc_names.h"

#include <cstdint>

#include "grpc/call_facts.h"
#include "semantic_names.h"

namespace spanhound::sdk {

void AddRpcMethod(CallAttributes* attributes, std::string_view method, const SemanticOptIn& names) {
  if (names.new_rpc) {
    attributes->emplace_back(names::kRpcSystem, "grpc");
    attributes->emplace_back(names::kRpcMethod, method);
  }
  if (!names.old_rpc) return;
  attributes->emplace_back(names::kOldRpcSystem, "grpc");
  const std::size_t slash = method.find('/');
  if (slash == std::string_view::npos) return;
  attributes->emplace_back(names::kOldRpcService, method.substr(0, slash));
  if (!names.new_rpc) attributes->emplace_back(names::kRpcMethod, method.substr(slash + 1));
}

void SetRpcStatusCode(opentelemetry::trace::Span& span, grpc::StatusCode code,
                      const SemanticOptIn& names) {
  if (names.new_rpc) {
    span.SetAttribute(ToOtel(names::kRpcStatusCode), ToOtel(StatusCodeName(code)));
  }
  if (names.old_rpc) {
    span.SetAttribute(ToOtel(names::kOldRpcStatusCode), static_cast<std::int64_t>(code));
  }
}

}  // namespace spanhound::sdk
