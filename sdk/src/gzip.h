// gzip, as Content-Encoding and grpc-encoding mean it.
#pragma once

#include <string>
#include <string_view>

namespace spanhound::sdk {

// Level 1: export must cost the service little CPU, and the next levels save only some percent.
std::string Gzip(std::string_view bytes);

}  // namespace spanhound::sdk
