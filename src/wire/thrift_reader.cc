#include "wire/thrift_reader.h"

namespace spanhound::wire {
namespace {

// Heads of calls.
constexpr uint8_t kCompactCall = 0x82;
constexpr uint8_t kCompactVersion = 1;
constexpr uint8_t kCompactVersionMask = 0x1f;
constexpr uint32_t kBinaryVersion = 0x80010000;
constexpr uint32_t kBinaryVersionMask = 0xffff0000;

constexpr uint8_t kCompactTrue = 1;

bool IsType(ThriftType type) {
  switch (type) {
    case ThriftType::kBool:
    case ThriftType::kByte:
    case ThriftType::kDouble:
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64:
    case ThriftType::kString:
    case ThriftType::kStruct:
    case ThriftType::kMap:
    case ThriftType::kSet:
    case ThriftType::kList: return true;
    case ThriftType::kStop: break;
  }
  return false;
}

// kStop for what is no type.
ThriftType FromCompact(uint8_t type) {
  constexpr ThriftType kTypes[] = {ThriftType::kStop,  ThriftType::kBool,   ThriftType::kBool,
                                   ThriftType::kByte,  ThriftType::kI16,    ThriftType::kI32,
                                   ThriftType::kI64,   ThriftType::kDouble, ThriftType::kString,
                                   ThriftType::kList,  ThriftType::kSet,    ThriftType::kMap,
                                   ThriftType::kStruct};
  return type < std::size(kTypes) ? kTypes[type] : ThriftType::kStop;
}

}  // namespace

void ThriftReader::Fail(const char* error) {
  if (error_ == nullptr) {
    error_offset_ = all_.size() - rest_.size();
    error_ = error;
  }
  rest_ = {};
}

uint64_t ThriftReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return Fail("value cut short"), 0;
    const uint8_t byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return Fail("varint too long"), 0;
}

bool ThriftReader::NextBinaryField(Field* field) {
  field->type = static_cast<ThriftType>(Integer<uint8_t>());
  if (!ok() || field->type == ThriftType::kStop) return false;
  field->id = static_cast<int16_t>(Integer<uint16_t>());
  return ok();
}

bool ThriftReader::NextCompactField(Field* field) {
  const uint8_t head = Integer<uint8_t>();
  if (!ok() || head == 0) return false;
  field->type = FromCompact(head & 0x0f);
  field->boolean = (head & 0x0f) == kCompactTrue;
  const int delta = head >> 4;
  field->id = static_cast<int16_t>(delta != 0 ? field->id + delta : ZigZagVarint());
  if (ok() && field->type == ThriftType::kStop) Fail("unknown type");
  return ok();
}

double ThriftReader::Double() {
  const uint64_t bits = Integer<uint64_t>();
  // The byte order in which TCompactProtocol is written everywhere, whatever its page says.
  return std::bit_cast<double>(protocol_ == ThriftProtocol::kBinary ? bits
                                                                    : __builtin_bswap64(bits));
}

std::string_view ThriftReader::String() {
  // A negative length is a huge one.
  const uint64_t size = protocol_ == ThriftProtocol::kBinary ? Integer<uint32_t>() : Varint();
  if (size > rest_.size()) return Fail("string length past the end"), std::string_view();
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

uint32_t ThriftReader::Checked(uint64_t count, uint32_t element_bytes_min) {
  if (count > rest_.size() / element_bytes_min || count > UINT32_MAX) {
    return Fail("more elements than bytes"), 0;
  }
  return static_cast<uint32_t>(count);
}

uint32_t ThriftReader::ListHead(uint32_t element_bytes_min, ThriftType* type) {
  const uint8_t head = Integer<uint8_t>();
  if (protocol_ == ThriftProtocol::kBinary) {
    *type = static_cast<ThriftType>(head);
    return Checked(Integer<uint32_t>(), element_bytes_min);
  }
  *type = FromCompact(head & 0x0f);
  const uint64_t count = head >> 4;
  return Checked(count < 15 ? count : Varint(), element_bytes_min);
}

uint32_t ThriftReader::StructList(uint32_t struct_bytes_min) {
  ThriftType type;
  const uint32_t count = ListHead(struct_bytes_min, &type);
  // An empty list may have any element type: some writers put 0 there.
  if (count > 0 && type != ThriftType::kStruct) return Fail("list of an unexpected type"), 0;
  return count;
}

std::string_view ThriftReader::CallName() {
  if (rest_.empty()) return Fail("empty"), std::string_view();
  if (static_cast<uint8_t>(rest_.front()) == kCompactCall) {
    protocol_ = ThriftProtocol::kCompact;
    rest_.remove_prefix(1);
    const uint8_t version = Integer<uint8_t>() & kCompactVersionMask;
    if (ok() && version != kCompactVersion) Fail("unknown version of the compact protocol");
    Varint();  // sequence number
    return String();
  }
  protocol_ = ThriftProtocol::kBinary;
  const bool has_version = (static_cast<uint8_t>(rest_.front()) & 0x80) != 0;
  if (has_version && (Integer<uint32_t>() & kBinaryVersionMask) != kBinaryVersion) {
    return Fail("unknown version of the binary protocol"), std::string_view();
  }
  const std::string_view name = String();
  SkipBytes(has_version ? 4 : 1 + 4);  // the message type where there was no version, a number
  return name;
}

void ThriftReader::SkipBytes(uint64_t count) {
  if (count > rest_.size()) return Fail("value cut short");
  rest_.remove_prefix(count);
}

// 0: that depends on the value.
uint32_t ThriftReader::FixedBytes(ThriftType type) const {
  switch (type) {
    case ThriftType::kBool:
    case ThriftType::kByte: return 1;
    case ThriftType::kDouble: return 8;
    case ThriftType::kI16: return protocol_ == ThriftProtocol::kBinary ? 2 : 0;
    case ThriftType::kI32: return protocol_ == ThriftProtocol::kBinary ? 4 : 0;
    case ThriftType::kI64: return protocol_ == ThriftProtocol::kBinary ? 8 : 0;
    default: return 0;
  }
}

void ThriftReader::SkipValue(ThriftType type, int depth) {
  if (depth > kDepthMax) return Fail("nested too deeply");
  if (!IsType(type)) return Fail("unknown type");
  if (const uint32_t bytes = FixedBytes(type)) return SkipBytes(bytes);
  switch (type) {
    case ThriftType::kString: String(); return;
    case ThriftType::kStruct: {
      Field field;
      while (NextField(&field)) {
        const bool is_read =
            protocol_ == ThriftProtocol::kCompact && field.type == ThriftType::kBool;
        if (!is_read) SkipValue(field.type, depth + 1);
      }
      return;
    }
    case ThriftType::kSet:
    case ThriftType::kList: {
      ThriftType element;
      const uint32_t count = ListHead(1, &element);
      return SkipElements(element, count, depth + 1);
    }
    case ThriftType::kMap: return SkipMap(depth + 1);
    default: Varint();  // a compact integer
  }
}

void ThriftReader::SkipElements(ThriftType type, uint32_t count, int depth) {
  if (count > 0 && !IsType(type)) return Fail("unknown type");
  if (const uint32_t bytes = FixedBytes(type)) return SkipBytes(uint64_t{count} * bytes);
  for (uint32_t i = 0; i < count && ok(); ++i) SkipValue(type, depth);
}

void ThriftReader::SkipMap(int depth) {
  ThriftType key = ThriftType::kStop;
  ThriftType value = ThriftType::kStop;
  uint32_t count = 0;
  if (protocol_ == ThriftProtocol::kBinary) {
    key = static_cast<ThriftType>(Integer<uint8_t>());
    value = static_cast<ThriftType>(Integer<uint8_t>());
    count = Checked(Integer<uint32_t>(), 2);
  } else {
    const uint64_t wanted = Varint();
    if (wanted == 0) return;  // then no types follow
    const uint8_t types = Integer<uint8_t>();
    key = FromCompact(types >> 4);
    value = FromCompact(types & 0x0f);
    count = Checked(wanted, 2);
  }
  for (uint32_t i = 0; i < count && ok(); ++i) {
    SkipValue(key, depth);
    SkipValue(value, depth);
  }
}

}  // namespace spanhound::wire
