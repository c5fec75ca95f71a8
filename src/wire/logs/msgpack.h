// MessagePack, the way in: heads of values one after the other, views instead of copies, nothing
// allocated. Our own reader because Debian's builds a tree of objects first, and because a stream
// must know where a value ends before all of it is there. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spanhound::wire {

enum class MsgpackType : uint8_t {
  kNil,
  kBool,
  kInt,
  kDouble,
  kString,
  kBinary,
  kArray,
  kMap,
  kExtension,
};

struct MsgpackValue {
  MsgpackType type = MsgpackType::kNil;
  int8_t extension_type = 0;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  std::string_view bytes;  // of a string, binary or extension
  uint32_t count = 0;      // elements of an array, pairs of a map

  bool IsText() const { return type == MsgpackType::kString || type == MsgpackType::kBinary; }
  // Values inside that must be read next.
  uint64_t children() const { return type == MsgpackType::kMap ? uint64_t{2} * count : count; }
};

class MsgpackReader {
 public:
  explicit MsgpackReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end, and for what is no MessagePack or cut short: then !ok(). Of an array or map
  // only the head is read; its count is no more than there are bytes left.
  bool Next(MsgpackValue* value);
  // Passes over `count` whole values, however deep they nest.
  bool Skip(uint64_t count);

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Finds the end of the first value of a stream, in one pass over its heads however it arrives.
class MsgpackFramer {
 public:
  enum class Found { kValue, kMore, kMalformed };
  // `buffer` is the stream from the first byte of the value on, longer at every call. kValue: then
  // size() bytes are the value.
  Found Find(std::string_view buffer);
  size_t size() const { return offset_; }
  // How long the value is at least, as far as its heads tell.
  uint64_t size_min() const { return size_min_; }

 private:
  size_t offset_ = 0;
  uint64_t size_min_ = 0;
  uint64_t values_left_ = 1;
};

}  // namespace spanhound::wire
