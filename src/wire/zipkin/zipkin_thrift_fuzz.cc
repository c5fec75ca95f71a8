// Any bytes: decode or refuse, and what was decoded is a batch the rest of the house can read.
#include <cstdint>
#include <string>

#include "wire/testing/reencode.h"
#include "wire/zipkin/zipkin_thrift.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto decoded = DecodeZipkinThrift(std::move(bytes), {});
  if (decoded.ok()) CheckReencodes(decoded->batch);
  return 0;
}
