// Any bytes: decode or refuse, and what was decoded can be written and read again.
#include <cstdint>
#include <string>

#include "wire/jaeger/agent_call.h"
#include "wire/testing/fuzz_batch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto decoded = DecodeAgentCall(std::move(bytes), {});
  if (decoded.ok()) CheckReadsBack(decoded->batch);
  return 0;
}
