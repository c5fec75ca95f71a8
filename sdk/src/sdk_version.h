#pragma once

namespace spanhound::sdk {

inline constexpr char kSdkVersion[] = "0.1.0";
inline constexpr char kUserAgent[] = "spanhound-sdk-cpp/0.1.0";

}  // namespace spanhound::sdk
