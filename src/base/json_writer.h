// JsonWriter: appends JSON to a string, commas and escapes by itself. Safe inside HTML as well:
// '<', U+2028 and U+2029 are escaped; broken UTF-8 becomes U+FFFD. Nesting mistakes of the caller
// are bugs (DCHECK). One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  // For about so many bytes more: a long text need not move while it grows.
  void Reserve(size_t bytes) { out_.reserve(out_.size() + bytes); }

  void BeginObject() { Open('{'); }
  // Many objects start alike: `head` is the text of that, up to a key and its colon.
  void BeginObject(std::string_view head);
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  // Before every value of an object.
  void Key(std::string_view key);

  void String(std::string_view value);
  // As a string of lower-case hexadecimal digits.
  void Hex(std::string_view bytes);
  void Int(int64_t value);
  void Uint(uint64_t value);
  // Shortest text that reads back equal; NaN and infinities as the strings of proto3 JSON.
  void Double(double value);
  void Bool(bool value);
  void Null();
  // `json` is one complete JSON value, or several with commas between them.
  void Raw(std::string_view json);

  void Field(std::string_view key, std::string_view value) { Key(key), String(value); }
  void Field(std::string_view key, const char* value) { Key(key), String(value); }
  void Field(std::string_view key, int64_t value) { Key(key), Int(value); }
  void Field(std::string_view key, bool value) { Key(key), Bool(value); }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();

  std::string& out_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace spanhound
