// Search: what a question of the query run asks for, and whether one span satisfies it. A value.
#pragma once

#include <cstdint>
#include <string>

#include "model/span_batch.h"

namespace spanhound::load {

// Everything that is set holds for one span at once.
struct Search {
  std::string service = {};
  std::string operation = {};
  uint64_t min_duration_nanos = 0;
  bool is_error = false;
  std::string key = {};  // of a span attribute
  std::string value = {};

  bool operator==(const Search&) const = default;
  bool Matches(const model::Span& span, std::string_view service_of_span) const;
};

}  // namespace spanhound::load
