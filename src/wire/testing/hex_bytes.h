// For tests: the bytes a hexadecimal literal spells.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/hex.h"

namespace spanhound::wire {

inline std::string HexBytes(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  EXPECT_TRUE(FromHex(digits, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace spanhound::wire
