#include "model/span_batch.h"

#include <array>

namespace spanhound::model {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"",       "internal", "server",
                                                        "client", "producer", "consumer"};

}  // namespace

std::string_view SpanKindName(SpanKind kind) {
  const size_t index = static_cast<size_t>(kind);
  return index < kKindNames.size() ? kKindNames[index] : "";
}

bool ParseSpanKind(std::string_view name, SpanKind* kind) {
  for (size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) {
      *kind = static_cast<SpanKind>(i);
      return true;
    }
  }
  return false;
}

}  // namespace spanhound::model
