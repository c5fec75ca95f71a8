#include "wire/thrift_reader.h"

namespace spanhound::wire {
namespace {

// The fewest bytes a value of a type takes; 0 for what is no type.
uint32_t BytesMin(ThriftType type) {
  switch (type) {
    case ThriftType::kBool:
    case ThriftType::kByte:
    case ThriftType::kStruct: return 1;  // a struct may be nothing but its stop
    case ThriftType::kI16: return 2;
    case ThriftType::kI32:
    case ThriftType::kString: return 4;
    case ThriftType::kSet:
    case ThriftType::kList: return 5;
    case ThriftType::kMap: return 6;
    case ThriftType::kDouble:
    case ThriftType::kI64: return 8;
    case ThriftType::kStop: break;
  }
  return 0;
}

bool IsFixedSize(ThriftType type) {
  return type != ThriftType::kString && type != ThriftType::kStruct && type != ThriftType::kMap &&
         type != ThriftType::kSet && type != ThriftType::kList;
}

}  // namespace

void ThriftReader::Fail(const char* error) {
  if (error_ == nullptr) {
    error_offset_ = all_.size() - rest_.size();
    error_ = error;
  }
  rest_ = {};
}

bool ThriftReader::NextField(Field* field) {
  field->type = Type();
  if (!ok() || field->type == ThriftType::kStop) return false;
  field->id = static_cast<int16_t>(Integer<uint16_t>());
  return ok();
}

std::string_view ThriftReader::String() {
  const uint32_t size = Integer<uint32_t>();  // a negative length is a huge one
  if (size > rest_.size()) return Fail("string length past the end"), std::string_view();
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

uint32_t ThriftReader::Count(uint32_t element_bytes_min) {
  const uint32_t count = Integer<uint32_t>();
  if (count > rest_.size() / element_bytes_min) return Fail("more elements than bytes"), 0;
  return count;
}

uint32_t ThriftReader::StructList(uint32_t struct_bytes_min) {
  const ThriftType type = Type();
  const uint32_t count = Count(struct_bytes_min);
  // An empty list may have any element type: some writers put 0 there.
  if (count > 0 && type != ThriftType::kStruct) return Fail("list of an unexpected type"), 0;
  return count;
}

void ThriftReader::SkipBytes(uint64_t count) {
  if (count > rest_.size()) return Fail("value cut short");
  rest_.remove_prefix(count);
}

void ThriftReader::SkipValue(ThriftType type, int depth) {
  if (depth > kDepthMax) return Fail("nested too deeply");
  switch (type) {
    case ThriftType::kString: String(); return;
    case ThriftType::kStruct: {
      Field field;
      while (NextField(&field)) SkipValue(field.type, depth + 1);
      return;
    }
    case ThriftType::kSet:
    case ThriftType::kList: {
      const ThriftType element = Type();
      const uint32_t count = Count(1);
      return SkipElements(element, count, depth + 1);
    }
    case ThriftType::kMap: {
      const ThriftType key = Type();
      const ThriftType value = Type();
      const uint32_t count = Count(2);
      for (uint32_t i = 0; i < count && ok(); ++i) {
        SkipValue(key, depth + 1);
        SkipValue(value, depth + 1);
      }
      return;
    }
    default: break;
  }
  if (BytesMin(type) == 0) return Fail("unknown type");
  SkipBytes(BytesMin(type));
}

void ThriftReader::SkipElements(ThriftType type, uint32_t count, int depth) {
  if (count > 0 && BytesMin(type) == 0) return Fail("unknown type");
  if (IsFixedSize(type)) return SkipBytes(uint64_t{count} * BytesMin(type));
  for (uint32_t i = 0; i < count && ok(); ++i) SkipValue(type, depth);
}

}  // namespace spanhound::wire
