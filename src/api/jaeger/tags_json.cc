#include "api/jaeger/tags_json.h"

#include <cstdint>

#include "base/utf8.h"

namespace spanhound::api {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | point >> 6));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | point >> 12));
    out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | point >> 18));
    out.push_back(static_cast<char>(0x80 | (point >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  }
}

// Recursive descent without the recursion: the object is flat.
class TagsParser {
 public:
  explicit TagsParser(std::string_view json) : json_(json) {}

  Result<std::vector<Tag>> Parse() {
    std::vector<Tag> tags;
    if (!IsValidUtf8(json_)) return InvalidArgument("not UTF-8");
    SkipSpace();
    if (!Take('{')) return Error("expected '{'");
    SkipSpace();
    if (!Take('}')) RETURN_IF_ERROR(ParseMembers(&tags));
    SkipSpace();
    if (at_ != json_.size()) return Error("something follows the object");
    return tags;
  }

 private:
  Status ParseMembers(std::vector<Tag>* tags) {
    do {
      if (tags->size() == kTagsMax) return Error("too many tags");
      Tag& tag = tags->emplace_back();
      SkipSpace();
      RETURN_IF_ERROR(ParseString(&tag.first));
      SkipSpace();
      if (!Take(':')) return Error("expected ':'");
      SkipSpace();
      RETURN_IF_ERROR(ParseValue(&tag.second));
      SkipSpace();
    } while (Take(','));
    return Take('}') ? Status::Ok() : Error("expected ',' or '}'");
  }

  Status ParseValue(std::string* value) {
    if (Peek() == '"') return ParseString(value);
    for (std::string_view word : {"true", "false"}) {
      if (!json_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      *value = word;
      return Status::Ok();
    }
    return ParseNumber(value);
  }

  Status ParseNumber(std::string* value) {
    const size_t start = at_;
    Take('-');
    if (!Take('0') && !TakeDigits()) return Error("expected a string, a number, true or false");
    if (Take('.') && !TakeDigits()) return Error("expected a digit");
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (!TakeDigits()) return Error("expected a digit");
    }
    *value = json_.substr(start, at_ - start);
    return Status::Ok();
  }

  Status ParseString(std::string* out) {
    if (!Take('"')) return Error("expected '\"'");
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return Error("control character in a string");
      ++at_;
      if (c == '"') return Status::Ok();
      if (c == '\\') {
        RETURN_IF_ERROR(ParseEscape(out));
      } else {
        out->push_back(c);
      }
    }
    return Error("string without end");
  }

  Status ParseEscape(std::string* out) {
    const char c = Peek();
    ++at_;
    switch (c) {
      case '"':
      case '\\':
      case '/': out->push_back(c); return Status::Ok();
      case 'b': out->push_back('\b'); return Status::Ok();
      case 'f': out->push_back('\f'); return Status::Ok();
      case 'n': out->push_back('\n'); return Status::Ok();
      case 'r': out->push_back('\r'); return Status::Ok();
      case 't': out->push_back('\t'); return Status::Ok();
      case 'u': return ParseUnicodeEscape(out);
      default: --at_; return Error("unknown escape");
    }
  }

  Status ParseUnicodeEscape(std::string* out) {
    uint32_t point = 0;
    if (!TakeHex(&point)) return Error("expected four hexadecimal digits");
    const bool is_high = point >= 0xd800 && point < 0xdc00;
    if (is_high) {
      uint32_t low = 0;
      if (!Take('\\') || !Take('u') || !TakeHex(&low) || low < 0xdc00 || low > 0xdfff) {
        return Error("half a surrogate pair");
      }
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    } else if (point >= 0xdc00 && point <= 0xdfff) {
      return Error("half a surrogate pair");
    }
    AppendUtf8(*out, point);
    return Status::Ok();
  }

  bool TakeHex(uint32_t* value) {
    if (json_.size() - at_ < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = json_[at_];
      const char lower = static_cast<char>(c | 0x20);
      if (!IsDigit(c) && (lower < 'a' || lower > 'f')) return false;
      *value = *value * 16 + static_cast<uint32_t>(IsDigit(c) ? c - '0' : lower - 'a' + 10);
      ++at_;
    }
    return true;
  }

  bool TakeDigits() {
    const size_t start = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ > start;
  }

  void SkipSpace() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r') ++at_;
  }

  bool Take(char c) {
    if (Peek() != c || at_ == json_.size()) return false;
    ++at_;
    return true;
  }

  // '\0' at the end, which no caller asks for.
  char Peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }

  Status Error(std::string_view what) const {
    return InvalidArgument(std::string(what) + " at byte " + std::to_string(at_));
  }

  const std::string_view json_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<Tag>> ParseTagsJson(std::string_view json) { return TagsParser(json).Parse(); }

}  // namespace spanhound::api
