// The messages of Fluentd's forward protocol, version 1: Message, Forward, PackedForward and its
// compressed form, as log records; and the PING of its handshake. Compressed entries are undone by
// the door, which owns the libraries for it. Pure functions, but for FluentRecords: one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/log_batch.h"
#include "wire/decoded.h"
#include "wire/logs/log_records.h"
#include "wire/logs/msgpack.h"

namespace spanhound::wire {

// What is around the entries. Views into the message.
struct FluentMessage {
  std::string_view tag;
  std::string_view entries;     // one after the other; [time, record] each
  bool is_bare_entry = false;   // of a Message: time and record without an array around them
  std::string_view chunk;       // to acknowledge; "" where nobody waits for it
  std::string_view compressed;  // of the entries: "gzip", "zstd"; "" or "text" for not
  int64_t signal = 0;           // Fluent Bit's: 0 logs, 1 metrics, 2 traces
};
// `bytes` is one whole MessagePack value. INVALID_ARGUMENT says what it lacks of a message.
Result<FluentMessage> ParseFluentMessage(std::string_view bytes);

struct FluentPing {
  std::string_view hostname;
  std::string_view shared_key_salt;
  std::string_view shared_key_digest;  // hexadecimal
  std::string_view username;
  std::string_view password_digest;
};
Result<FluentPing> ParseFluentPing(std::string_view bytes);

class FluentRecords {
 public:
  FluentRecords(const RequestLimits& limits, uint64_t observed_unix_nanos,
                Decoded<model::LogBatch>* decoded)
      : records_(limits, observed_unix_nanos, decoded), depth_max_(limits.value_depth_max) {}

  // The entries of a message, uncompressed; the views of both must live as long as the batch. What
  // is no entry is rejected and counted, with all that follows it where its end cannot be told.
  // RESOURCE_EXHAUSTED is the only error.
  Status Add(const FluentMessage& message, std::string_view entries);
  // A message none of which can be stored.
  void Reject(std::string_view why) { records_.Reject(why); }

 private:
  bool Entry(MsgpackReader& reader, bool is_bare, std::string_view tag);
  const char* Record(MsgpackReader& reader, uint32_t count);
  const char* Fields(MsgpackReader& reader, uint32_t count, int depth);
  bool ValueOf(MsgpackReader& reader, const MsgpackValue& head, int depth,
               model::AttributeValue* value);

  LogRecords records_;
  const int depth_max_;  // of a record
  std::string joined_key_;
};

}  // namespace spanhound::wire
