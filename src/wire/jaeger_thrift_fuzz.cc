// Any bytes: decode or refuse, and what was decoded is a batch the rest of the house can read.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/jaeger_thrift.h"
#include "wire/otlp.h"
#include "wire/testing/batch_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto decoded = DecodeJaegerThrift(std::move(bytes), {});
  if (!decoded.ok()) return 0;
  auto again = DecodeOtlpTraces(EncodeOtlpTraces(decoded->batch), {});
  CHECK(again.ok());
  CHECK(again->batch.spans.size() == decoded->batch.spans.size());
  for (size_t i = 0; i < decoded->batch.spans.size(); ++i) {
    std::string before, after;
    AppendSpan(decoded->batch.spans[i], before);
    AppendSpan(again->batch.spans[i], after);
    CHECK(before == after);
  }
  return 0;
}
