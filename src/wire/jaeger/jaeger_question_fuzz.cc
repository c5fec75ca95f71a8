// Any bytes as every question: refused, or no longer than what was sent.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/jaeger/jaeger_question.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  constexpr size_t kTagsMax = 100;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto fits = [size](size_t length) {
    if (length > size) std::abort();
  };
  if (const auto query = DecodeJaegerTraceQuery(bytes, kTagsMax); query.ok()) {
    size_t length = query->service_name.size() + query->operation_name.size();
    for (const auto& [key, value] : query->tags) length += key.size() + value.size();
    fits(length);
    if (query->tags.size() > kTagsMax) std::abort();
  }
  if (const auto trace = DecodeJaegerTraceRequest(bytes); trace.ok()) fits(trace->trace_id.size());
  if (const auto operations = DecodeJaegerOperationsRequest(bytes); operations.ok()) {
    fits(operations->service_name.size() + operations->span_kind.size());
  }
  static_cast<void>(DecodeJaegerDependenciesRequest(bytes));
  return 0;
}
