#include "wire/logs/msgpack.h"

#include <bit>

namespace spanhound::wire {
namespace {

enum class Head { kRead, kCutShort, kMalformed };

// What follows the first byte: a number of some bytes, or the length of what comes then.
struct Form {
  MsgpackType type;
  uint8_t number_bytes;
  bool is_signed;
};

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

int64_t SignExtended(uint64_t value, size_t bytes) {
  const int shift = static_cast<int>(64 - 8 * bytes);
  return static_cast<int64_t>(value << shift) >> shift;
}

// Values of 0xc0 to 0xdf.
bool FormOf(uint8_t tag, Form* form) {
  static constexpr Form kNone = {MsgpackType::kNil, 0xff, false};
  static constexpr Form kForms[32] = {
      {MsgpackType::kNil, 0, false},       kNone,
      {MsgpackType::kBool, 0, false},      {MsgpackType::kBool, 0, false},
      {MsgpackType::kBinary, 1, false},    {MsgpackType::kBinary, 2, false},
      {MsgpackType::kBinary, 4, false},    {MsgpackType::kExtension, 1, false},
      {MsgpackType::kExtension, 2, false}, {MsgpackType::kExtension, 4, false},
      {MsgpackType::kDouble, 4, false},    {MsgpackType::kDouble, 8, false},
      {MsgpackType::kInt, 1, false},       {MsgpackType::kInt, 2, false},
      {MsgpackType::kInt, 4, false},       {MsgpackType::kInt, 8, false},
      {MsgpackType::kInt, 1, true},        {MsgpackType::kInt, 2, true},
      {MsgpackType::kInt, 4, true},        {MsgpackType::kInt, 8, true},
      {MsgpackType::kExtension, 0, false}, {MsgpackType::kExtension, 0, false},
      {MsgpackType::kExtension, 0, false}, {MsgpackType::kExtension, 0, false},
      {MsgpackType::kExtension, 0, false}, {MsgpackType::kString, 1, false},
      {MsgpackType::kString, 2, false},    {MsgpackType::kString, 4, false},
      {MsgpackType::kArray, 2, false},     {MsgpackType::kArray, 4, false},
      {MsgpackType::kMap, 2, false},       {MsgpackType::kMap, 4, false}};
  *form = kForms[tag - 0xc0];
  return form->number_bytes != 0xff;
}

void SetNumber(const Form& form, uint64_t number, MsgpackValue* value) {
  if (form.type == MsgpackType::kDouble) {
    value->real = form.number_bytes == 4 ? std::bit_cast<float>(static_cast<uint32_t>(number))
                                         : std::bit_cast<double>(number);
  } else if (form.is_signed) {
    value->integer = SignExtended(number, form.number_bytes);
  } else if (number > INT64_MAX) {
    value->type = MsgpackType::kDouble;
    value->real = static_cast<double>(number);
  } else {
    value->integer = static_cast<int64_t>(number);
  }
}

// One value, or the head of a container. `head_bytes` is what it takes without the contents of
// text, `size` with them.
Head ReadHead(std::string_view bytes, MsgpackValue* value, uint64_t* size) {
  if (bytes.empty()) return *size = 1, Head::kCutShort;
  *value = {};
  const uint8_t tag = static_cast<uint8_t>(bytes[0]);
  uint64_t text_bytes = 0;
  uint64_t head_bytes = 1;
  if (tag < 0x80 || tag >= 0xe0) {
    value->type = MsgpackType::kInt;
    value->integer = static_cast<int8_t>(tag);
  } else if (tag < 0xa0) {
    value->type = tag < 0x90 ? MsgpackType::kMap : MsgpackType::kArray;
    value->count = tag & 0x0f;
  } else if (tag < 0xc0) {
    value->type = MsgpackType::kString;
    text_bytes = tag & 0x1f;
  } else {
    Form form;
    if (!FormOf(tag, &form)) return Head::kMalformed;
    const bool is_extension = form.type == MsgpackType::kExtension;
    head_bytes += form.number_bytes + (is_extension ? 1u : 0u);
    if (bytes.size() < head_bytes) return *size = head_bytes, Head::kCutShort;
    value->type = form.type;
    const uint64_t number = BigEndian(bytes.substr(1, form.number_bytes));
    if (form.type == MsgpackType::kArray || form.type == MsgpackType::kMap) {
      value->count = static_cast<uint32_t>(number);
    } else if (is_extension) {
      text_bytes = form.number_bytes == 0 ? uint64_t{1} << (tag - 0xd4) : number;
      value->extension_type = static_cast<int8_t>(bytes[head_bytes - 1]);
    } else if (value->IsText()) {
      text_bytes = number;
    } else if (form.type == MsgpackType::kBool) {
      value->boolean = tag == 0xc3;
    } else {
      SetNumber(form, number, value);
    }
  }
  *size = head_bytes + text_bytes;
  if (bytes.size() < *size) return Head::kCutShort;
  value->bytes = bytes.substr(head_bytes, text_bytes);
  return Head::kRead;
}

}  // namespace

bool MsgpackReader::Next(MsgpackValue* value) {
  if (rest_.empty()) return false;
  uint64_t size = 0;
  if (ReadHead(rest_, value, &size) != Head::kRead || value->children() > rest_.size() - size) {
    ok_ = false;
    rest_ = {};
    return false;
  }
  rest_.remove_prefix(size);
  return true;
}

bool MsgpackReader::Skip(uint64_t count) {
  MsgpackValue value;
  for (; count > 0; --count) {
    if (!Next(&value)) return ok_ = false;
    count += value.children();
  }
  return true;
}

MsgpackFramer::Found MsgpackFramer::Find(std::string_view buffer) {
  MsgpackValue value;
  while (values_left_ > 0) {
    uint64_t size = 0;
    const Head head = ReadHead(buffer.substr(offset_), &value, &size);
    if (head == Head::kMalformed) return Found::kMalformed;
    // Every value not seen yet has a byte at least.
    size_min_ = offset_ + size + values_left_ - 1;
    if (head == Head::kCutShort) return Found::kMore;
    offset_ += size;
    values_left_ += value.children() - 1;
    size_min_ = offset_ + values_left_;
  }
  return Found::kValue;
}

}  // namespace spanhound::wire
