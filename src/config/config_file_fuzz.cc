// Any bytes: refused, or names in the order of the file, each once and with a value at hand.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "config/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto given = config::ParseConfigFile(bytes, "fuzz.yaml");
  if (!given.ok()) {
    if (given.status().code() != Code::kInvalidArgument) std::abort();
    return 0;
  }
  std::set<std::string> names;
  for (const config::GivenValue& one : *given) {
    if (!names.insert(one.name).second || one.origin.empty()) std::abort();
  }
  return 0;
}
