#include "base/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "base/hex.h"
#include "base/utf8.h"

namespace spanhound {
namespace {

// Written as it is.
bool IsPlain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f &&
         c != '"' && c != '\\' && c != '<';
}

constexpr uint64_t kEachByte = 0x0101010101010101;

// The highest bit of some byte is set if some byte of `word` is `c`, and only then.
uint64_t HasByte(uint64_t word, char c) {
  const uint64_t zero_where_it_is = word ^ (kEachByte * static_cast<uint8_t>(c));
  return (zero_where_it_is - kEachByte) & ~zero_where_it_is;
}

// IsPlain of all eight bytes: telemetry is nearly all plain.
bool ArePlain(uint64_t word) {
  const uint64_t below_space = (word - kEachByte * 0x20) & ~word;
  const uint64_t special = below_space | word | HasByte(word, 0x7f) | HasByte(word, '"') |
                           HasByte(word, '\\') | HasByte(word, '<');
  return (special & (kEachByte << 7)) == 0;
}

uint64_t LoadWord(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// How many bytes `text` starts with that are written as they are.
size_t PlainBytes(std::string_view text) {
  size_t size = 0;
  while (text.size() - size >= sizeof(uint64_t) && ArePlain(LoadWord(text.data() + size))) {
    size += sizeof(uint64_t);
  }
  while (size < text.size() && IsPlain(text[size])) ++size;
  return size;
}

// Copies `text` to `to` if all of it is plain; else false, and some of it may be copied.
bool CopyPlain(std::string_view text, char* to) {
  const char* from = text.data();
  constexpr size_t kWord = sizeof(uint64_t);
  if (text.size() < kWord) {
    for (size_t i = 0; i < text.size(); ++i) to[i] = from[i];
    return std::ranges::all_of(text, IsPlain);
  }
  const auto copy_word = [from, to](size_t at) {
    const uint64_t word = LoadWord(from + at);
    std::memcpy(to + at, &word, kWord);
    return ArePlain(word);
  };
  const size_t last = text.size() - kWord;  // the last word may overlap the one before
  for (size_t at = 0; at < last; at += kWord) {
    if (!copy_word(at)) return false;
  }
  return copy_word(last);
}

void AppendEscapedAscii(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out += "\\u00"; AppendHex(out, {&c, 1});
  }
}

// Appends the code point `text` starts with and returns how many bytes it took.
size_t AppendNonAscii(std::string& out, std::string_view text) {
  const size_t length = Utf8SequenceLength(text);
  if (length == 0) {
    out += "\xef\xbf\xbd";
    return 1;
  }
  const std::string_view point = text.substr(0, length);
  if (point == "\xe2\x80\xa8") {
    out += "\\u2028";
  } else if (point == "\xe2\x80\xa9") {
    out += "\\u2029";
  } else {
    out.append(point);
  }
  return length;
}

// Behind the opening quote.
void AppendEscaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const size_t plain = PlainBytes(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      AppendEscapedAscii(out, text.front());
      text.remove_prefix(1);
    } else {
      text.remove_prefix(AppendNonAscii(out, text));
    }
  }
}

// Strings up to this long go out in one piece with what stands around them.
constexpr size_t kShortBytesMax = 100;

// `text` in quotes between a comma and a colon, if they are wanted.
void AppendQuoted(std::string& out, bool has_comma, std::string_view text, bool has_colon) {
  char piece[kShortBytesMax + 4];
  char* to = piece;
  if (has_comma) *to++ = ',';
  *to++ = '"';
  if (text.size() <= kShortBytesMax && CopyPlain(text, to)) {
    to += text.size();
    *to++ = '"';
    if (has_colon) *to++ = ':';
    out.append(piece, to);
    return;
  }
  out.append(piece, to);
  AppendEscaped(out, text);
  out += has_colon ? "\":" : "\"";
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  AppendQuoted(out, false, text, false);
}

void JsonWriter::Separate() {
  if (needs_comma_) out_.push_back(',');
  needs_comma_ = true;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::BeginObject(std::string_view head) {
  DCHECK(head.starts_with('{') && head.ends_with(':'));
  Separate();
  out_.append(head);
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
}

void JsonWriter::Key(std::string_view key) {
  AppendQuoted(out_, needs_comma_, key, true);
  needs_comma_ = false;
}

void JsonWriter::String(std::string_view value) {
  AppendQuoted(out_, needs_comma_, value, false);
  needs_comma_ = true;
}

void JsonWriter::Hex(std::string_view bytes) {
  Separate();
  out_.push_back('"');
  AppendHex(out_, bytes);
  out_.push_back('"');
}

void JsonWriter::Int(int64_t value) {
  Separate();
  char text[24];
  out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void JsonWriter::Uint(uint64_t value) {
  Separate();
  char text[24];
  out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void JsonWriter::Double(double value) {
  if (std::isnan(value)) return String("NaN");
  if (std::isinf(value)) return String(value > 0 ? "Infinity" : "-Infinity");
  Separate();
  char text[32];
  out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }
void JsonWriter::Null() { Raw("null"); }

void JsonWriter::Raw(std::string_view json) {
  DCHECK(!json.empty());
  Separate();
  out_.append(json);
}

}  // namespace spanhound
