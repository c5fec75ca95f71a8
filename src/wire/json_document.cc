#include "wire/json_document.h"

#include "wire/json_error_place.h"
#include "wire/json_surrogates.h"

namespace spanhound::wire {

Status ParseJson(std::string& json, size_t depth_max, simdjson::dom::parser* parser,
                 simdjson::dom::element* root) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  simdjson::error_code error = parser->allocate(json.size(), depth_max);
  const auto parse = [&] {
    return parser->parse(json.data(), json.size(), /*realloc_if_needed=*/false).get(*root);
  };
  if (error == simdjson::SUCCESS) error = parse();
  if (error == simdjson::STRING_ERROR && ReplaceLoneSurrogates(json)) error = parse();
  if (error == simdjson::SUCCESS) return Status::Ok();
  return InvalidArgument(DescribeJsonError(json, static_cast<int>(depth_max), error));
}

}  // namespace spanhound::wire
