// LogRecords: documents of fields (JSON objects, MessagePack maps) as log records of one batch. A
// decoder begins a record, adds its fields with the keys of nested objects joined by points, and
// ends it; what each field means is RuleOfLogField's. Records of the same resource share it.
// Internal to wire. One thread; after !ok() nothing of the batch may be used, see status().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "base/status.h"
#include "model/log_batch.h"
#include "wire/decode_memory.h"
#include "wire/decoded.h"
#include "wire/logs/log_fields.h"

namespace spanhound::wire {

// Of a joined key. Longer ones are no names, and every field pays for the length of its own.
inline constexpr size_t kLogKeyBytesMax = 1024;

class LogRecords {
 public:
  // `observed_unix_nanos`: when the request came in; the time of a record that tells none.
  LogRecords(const RequestLimits& limits, uint64_t observed_unix_nanos,
             Decoded<model::LogBatch>* decoded);

  // `time_unix_nanos`: the time its protocol gives a record, which then counts; 0: none.
  void Begin(uint64_t time_unix_nanos = 0);
  // `key` may die after the call, what `value` points to may not.
  void AddField(std::string_view key, const model::AttributeValue& value);
  // An attribute of the door's own. `key` is a constant.
  void AddAttribute(std::string_view key, std::string_view value);
  // Gives the record to the batch, or the whole of it up, counted, with `why`.
  void End();
  void Reject(std::string_view why);

  template <typename T>
  std::span<T> NewArray(size_t count) {
    std::span<T> values;
    if (!memory_.NewArray(count, &values)) ok_ = false;
    return values;
  }
  std::string_view Copy(std::string_view text);
  // Accounts for what the decoder keeps elsewhere.
  void TakeMemory(size_t bytes) { ok_ = ok_ && memory_.Take(bytes); }

  bool ok() const { return ok_; }
  Status status() const;

 private:
  struct Key {
    LogFieldRule rule;
    std::string_view attribute;  // its name in the batch
  };
  struct Field {
    const Key* key;
    model::AttributeValue value;
    bool is_taken;  // it has become a field of the record
  };
  static constexpr size_t kNoField = SIZE_MAX;

  const Key* KeyOf(std::string_view key);
  bool TryTake(const LogFieldRule& rule, const model::AttributeValue& value);
  void TakeService(uint8_t rank, const model::AttributeValue& value);
  std::span<const model::Attribute> Attributes();
  uint32_t ResourceIndex();

  DecodeMemory memory_;
  Decoded<model::LogBatch>& decoded_;
  const uint64_t observed_unix_nanos_;
  HashMap<std::string_view, Key*, StringHash> keys_;
  std::vector<std::unique_ptr<Key>> key_storage_;
  StringMap<uint32_t> resource_indexes_;  // by the bytes that tell resources apart
  bool ok_ = true;

  // Of the record under way.
  model::LogRecord record_;
  std::vector<Field> fields_;
  std::array<uint8_t, kLogFieldCount> ranks_{};        // of what was taken
  std::array<size_t, kLogFieldCount> taken_fields_{};  // which of fields_, or kNoField
  std::string_view service_name_;
  uint8_t service_rank_ = 0;
  std::vector<model::Attribute> extra_;
  std::string resource_key_;
};

}  // namespace spanhound::wire
