#include "wire/json_document.h"

#include "wire/json_error_place.h"

namespace spanhound::wire {

Status ParseJson(std::string& json, size_t depth_max, simdjson::dom::parser* parser,
                 simdjson::dom::element* root) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  simdjson::error_code error = parser->allocate(json.size(), depth_max);
  if (error == simdjson::SUCCESS) {
    error = parser->parse(json.data(), json.size(), /*realloc_if_needed=*/false).get(*root);
  }
  if (error == simdjson::SUCCESS) return Status::Ok();
  return InvalidArgument(DescribeJsonError(json, static_cast<int>(depth_max), error));
}

}  // namespace spanhound::wire
