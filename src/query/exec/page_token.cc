#include "query/exec/page_token.h"

#include <charconv>
#include <vector>

namespace spanhound::query {
namespace {

// version and order "-" key "-" trace id "-" span id "-" ties, numbers in hexadecimal.
constexpr char kSeparator = '-';

std::string HexNumber(uint64_t number) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, 16);
  return {digits, end};
}

bool ReadHexNumber(std::string_view text, uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number, 16);
  return error == std::errc() && end == text.data() + text.size();
}

std::string KindOf(store::Order order) {
  return std::string("1").append(HexNumber(static_cast<uint64_t>(order)));
}

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t end; (end = text.find(kSeparator)) != text.npos; text.remove_prefix(end + 1)) {
    parts.push_back(text.substr(0, end));
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::string EncodePageToken(store::Order order, const store::Cursor& cursor) {
  std::string token = KindOf(order);
  for (const std::string& part : {HexNumber(cursor.key), cursor.trace_id.ToHex(),
                                  cursor.span_id.ToHex(), HexNumber(cursor.tie_row_count)}) {
    token.append(1, kSeparator).append(part);
  }
  return token;
}

Result<store::Cursor> DecodePageToken(store::Order order, std::string_view token) {
  const std::vector<std::string_view> parts = Split(token);
  store::Cursor cursor;
  const bool is_token = parts.size() == 5 && parts[0] == KindOf(order) &&
                        ReadHexNumber(parts[1], &cursor.key) && cursor.trace_id.SetHex(parts[2]) &&
                        cursor.span_id.SetHex(parts[3]) &&
                        ReadHexNumber(parts[4], &cursor.tie_row_count);
  if (!is_token) return InvalidArgument("'after' is not the nextPage of an answer in this order");
  return cursor;
}

}  // namespace spanhound::query
