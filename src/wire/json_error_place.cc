#include "wire/json_error_place.h"

#include <string_view>

#include "base/utf8.h"

namespace spanhound::wire {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;
namespace ondemand = simdjson::ondemand;

error_code ReadScalar(ondemand::value value, ondemand::json_type type) {
  std::string_view text;
  ondemand::number number;
  bool boolean;
  switch (type) {
    case ondemand::json_type::string: return value.get_string().get(text);
    case ondemand::json_type::number: return value.get_number().get(number);
    case ondemand::json_type::boolean: return value.get_bool().get(boolean);
    default: break;
  }
  if (const error_code error = value.is_null().get(boolean)) return error;
  return boolean ? SUCCESS : simdjson::N_ATOM_ERROR;
}

error_code Read(ondemand::value value, int depth_left);

error_code ReadArray(ondemand::value value, int depth_left) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  for (auto element : array) {
    if (element.error() != SUCCESS) return element.error();
    if (const error_code error = Read(element.value_unsafe(), depth_left - 1)) return error;
  }
  return SUCCESS;
}

error_code ReadObject(ondemand::value value, int depth_left) {
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  for (auto member : object) {
    std::string_view key;
    ondemand::value child;
    if (const error_code error = member.unescaped_key().get(key)) return error;
    if (const error_code error = member.value().get(child)) return error;
    if (const error_code error = Read(child, depth_left - 1)) return error;
  }
  return SUCCESS;
}

// Everything below `value`, until the first error.
error_code Read(ondemand::value value, int depth_left) {
  if (depth_left <= 0) return simdjson::DEPTH_ERROR;
  ondemand::json_type type;
  if (const error_code error = value.type().get(type)) return error;
  if (type == ondemand::json_type::array) return ReadArray(value, depth_left);
  if (type == ondemand::json_type::object) return ReadObject(value, depth_left);
  return ReadScalar(value, type);
}

std::string AtByte(size_t offset, std::string_view reason) {
  return "byte " + std::to_string(offset) + ": " + std::string(reason);
}

std::string_view Reason(error_code error) {
  switch (error) {
    case simdjson::DEPTH_ERROR: return "JSON nested too deeply";
    case simdjson::UTF8_ERROR: return "JSON is not UTF-8";
    case simdjson::STRING_ERROR: return "malformed JSON string";
    case simdjson::UNCLOSED_STRING: return "JSON string without an end";
    case simdjson::NUMBER_ERROR: return "JSON number malformed or out of range";
    case simdjson::EMPTY: return "the body is empty, a JSON object is expected";
    case simdjson::CAPACITY: return "the body is too large for JSON";
    default: return "malformed JSON";
  }
}

size_t InvalidUtf8Offset(std::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    const size_t length = Utf8SequenceLength(text.substr(offset));
    if (length == 0) break;
    offset += length;
  }
  return offset;
}

}  // namespace

std::string DescribeJsonError(const std::string& json, int depth_max, error_code error) {
  const std::string_view reason = Reason(error);
  if (error == simdjson::UTF8_ERROR) return AtByte(InvalidUtf8Offset(json), reason);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::value root;
  const simdjson::padded_string_view padded(json, json.capacity());
  if (parser.iterate(padded).get(document) != SUCCESS) return std::string(reason);
  if (document.get_value().get(root) != SUCCESS || Read(root, depth_max) == SUCCESS) {
    return std::string(reason);
  }
  const char* place;
  if (document.current_location().get(place) != SUCCESS) return std::string(reason);
  return AtByte(static_cast<size_t>(place - json.data()), reason);
}

}  // namespace spanhound::wire
