// OtlpValues: the messages of common.proto and resource.proto, which traces and logs share, from
// protobuf into an arena. Repeated fields are counted first and then filled, so that every array is
// allocated once, at its size. Text that is not UTF-8 is kept as it came: it is replaced where it
// is written out (JSON), not where it comes in. One thread; false means failed, see status().
#pragma once

#include <string_view>

#include "base/status.h"
#include "model/attribute.h"
#include "model/resource.h"
#include "wire/decode_memory.h"
#include "wire/decoded.h"
#include "wire/proto_reader.h"

namespace spanhound::wire {

// Sizes of values are 32 bits wide in memory.
inline Status CheckRequestSize(std::string_view request) {
  if (request.size() <= UINT32_MAX) return Status::Ok();
  return ResourceExhausted("requests of 4 GiB and more are not supported");
}

// Where the elements of a repeated field are, noted in a first pass over their message.
struct RepeatedField {
  const char* first = nullptr;
  size_t count = 0;

  void Note(const ProtoReader& reader) {
    if (count++ == 0) first = reader.field_begin();
  }
};

class OtlpValues {
 public:
  // `request` is the whole request, for the places named in errors; `memory` outlives this.
  OtlpValues(std::string_view request, DecodeMemory& memory, const RequestLimits& limits)
      : request_(request), memory_(memory), depth_max_(limits.value_depth_max) {}

  bool AnyValue(std::string_view bytes, model::AttributeValue* value) {
    return AnyValue(bytes, 0, value);
  }
  bool Resource(std::string_view bytes, model::Resource* resource);
  bool Scope(std::string_view bytes, model::Scope* scope);

  // The KeyValue elements a first pass noted under `tag`; `message_end` ends their message.
  bool Attributes(const RepeatedField& field, uint32_t tag, const char* message_end,
                  std::span<const model::Attribute>* attributes) {
    return Attributes(field, tag, message_end, 0, attributes);
  }

  // Any other repeated message: `decode(bytes, T*)` fills each element.
  template <typename T, typename Decode>
  bool Repeated(const RepeatedField& field, uint32_t tag, const char* message_end,
                std::span<T>* values, Decode decode) {
    if (field.count == 0) return true;
    if (!NewArray(field.count, values)) return false;
    ProtoReader reader({field.first, static_cast<size_t>(message_end - field.first)});
    for (size_t i = 0; i < field.count;) {
      reader.Next();  // the first pass has been here without an error
      if (reader.tag() == tag && !decode(reader.bytes(), &(*values)[i++])) return false;
    }
    return true;
  }

  // True at the end of a well-formed message; notes the error of a malformed one.
  bool Finish(const ProtoReader& reader) {
    if (reader.error() == nullptr) return true;
    return Fail(reader.field_begin(), reader.error());
  }
  bool TakeMemory(size_t bytes) { return memory_.Take(bytes) || FailLimit(); }
  bool TakeItems(size_t count) { return memory_.TakeItems(count) || FailLimit(); }
  template <typename T>
  bool NewArray(size_t count, std::span<T>* values) {
    return memory_.NewArray(count, values) || FailLimit();
  }
  // Notes that the request is over a limit; false.
  bool FailLimit();
  Status status() const { return status_; }

 private:
  bool AnyValue(std::string_view bytes, int depth, model::AttributeValue* value);
  bool Array(std::string_view bytes, int depth, model::AttributeValue* value);
  bool KeyValueList(std::string_view bytes, int depth, model::AttributeValue* value);
  bool KeyValue(std::string_view bytes, int depth, model::Attribute* attribute);
  bool Attributes(const RepeatedField& field, uint32_t tag, const char* message_end, int depth,
                  std::span<const model::Attribute>* attributes);
  bool NotePass(std::string_view bytes, uint32_t tag, RepeatedField* field);
  bool Fail(const char* at, std::string_view why);

  std::string_view request_;
  DecodeMemory& memory_;
  int depth_max_;
  Status status_;
};

}  // namespace spanhound::wire
