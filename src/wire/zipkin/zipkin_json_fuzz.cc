// Any bytes: decode or refuse, and what was decoded is a batch the rest of the house can read.
#include <cstdint>
#include <string>

#include "wire/testing/reencode.h"
#include "wire/zipkin/zipkin_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = DecodeZipkinJson(bytes, {}); decoded.ok()) {
    CheckReencodes(decoded->batch);
  }
  if (const auto decoded = DecodeZipkinV1Json(bytes, {}); decoded.ok()) {
    CheckReencodes(decoded->batch);
  }
  return 0;
}
