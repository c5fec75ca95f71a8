// OTLP export requests and their replies; traces and logs have the same shape.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "byte_buffer.h"
#include "encoded_record.h"

namespace spanhound::sdk {

// `resource` is encoded (EncodeResource). Records keep their order within their scope.
void EncodeOtlpRequest(std::string_view resource, std::span<const EncodedRecord> records,
                       ByteBuffer* out);

// The backend took the request but not all of its items.
struct PartialSuccess {
  std::uint64_t rejected = 0;
  std::string message;
};
// A reply that does not parse (a proxy's page, say) has nothing to tell: 2xx means accepted.
PartialSuccess ParseOtlpReply(std::string_view reply);

}  // namespace spanhound::sdk
