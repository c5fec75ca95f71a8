// Any bytes: decode or refuse, and what was decoded survives a round trip through the encoder.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/otlp/otlp.h"
#include "wire/testing/batch_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto decoded = DecodeOtlpLogs(std::move(bytes), {});
  if (!decoded.ok()) return 0;
  auto again = DecodeOtlpLogs(EncodeOtlpLogs(decoded->batch), {});
  CHECK(again.ok());
  CHECK(BatchText(again->batch) == BatchText(decoded->batch));
  return 0;
}
