// For tests: jaeger.thrift Tags in TBinaryProtocol.
#pragma once

#include <string>
#include <string_view>

#include "wire/thrift_writer.h"

namespace spanhound::wire {

inline std::string StringTag(std::string_view key, std::string_view value) {
  return ThriftWriter().String(1, key).I32(2, 0).String(3, value).Stop().bytes();
}
inline std::string BoolTag(std::string_view key, bool value) {
  return ThriftWriter().String(1, key).I32(2, 2).Bool(5, value).Stop().bytes();
}

}  // namespace spanhound::wire
