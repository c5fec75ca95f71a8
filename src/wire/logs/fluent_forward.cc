#include "wire/logs/fluent_forward.h"

#include "base/utf8.h"

namespace spanhound::wire {
namespace {

using model::AttributeValue;

constexpr int8_t kEventTimeExtension = 0;
constexpr std::string_view kTagAttribute = "fluent.tag";
constexpr std::string_view kMetadataPrefix = "fluent.metadata.";
constexpr char kNoMessage[] = "not a message of the forward protocol: ";

Status NoMessage(std::string_view why) { return InvalidArgument(kNoMessage + std::string(why)); }

bool ReadText(MsgpackReader& reader, std::string_view* text) {
  MsgpackValue value;
  if (!reader.Next(&value) || !value.IsText()) return false;
  *text = value.bytes;
  return true;
}

// Options nobody knows are for others.
Status ReadOptions(MsgpackReader& reader, FluentMessage* message) {
  MsgpackValue options;
  if (!reader.Next(&options)) return NoMessage("its options are missing");
  if (options.type == MsgpackType::kNil) return Status::Ok();
  if (options.type != MsgpackType::kMap) return NoMessage("its options are no map");
  for (uint32_t i = 0; i < options.count; ++i) {
    MsgpackValue key, value;
    if (!reader.Next(&key) || !reader.Next(&value) || !reader.Skip(value.children())) {
      return NoMessage("its options are malformed");
    }
    if (key.bytes == "chunk") message->chunk = value.bytes;
    if (key.bytes == "compressed") message->compressed = value.bytes;
    if (key.bytes == "fluent_signal") message->signal = value.integer;
  }
  return Status::Ok();
}

// Whole seconds, a double, or EventTime: seconds and nanoseconds of 32 bits each.
bool TimeOf(const MsgpackValue& value, uint64_t* unix_nanos) {
  constexpr uint64_t kNanosPerSecond = 1'000'000'000;
  if (value.type == MsgpackType::kInt) {
    if (value.integer < 0 || value.integer > UINT32_MAX) return false;
    *unix_nanos = static_cast<uint64_t>(value.integer) * kNanosPerSecond;
  } else if (value.type == MsgpackType::kDouble) {
    if (!(value.real >= 0 && value.real < 1e10)) return false;
    *unix_nanos = static_cast<uint64_t>(value.real * 1e9);
  } else if (value.type == MsgpackType::kExtension) {
    if (value.extension_type != kEventTimeExtension || value.bytes.size() != 8) return false;
    uint64_t halves = 0;
    for (const char byte : value.bytes) halves = halves << 8 | static_cast<uint8_t>(byte);
    *unix_nanos = (halves >> 32) * kNanosPerSecond + static_cast<uint32_t>(halves);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<FluentMessage> ParseFluentMessage(std::string_view bytes) {
  MsgpackReader reader(bytes);
  MsgpackValue list, second;
  FluentMessage message;
  if (!reader.Next(&list) || list.type != MsgpackType::kArray || list.count < 2 || list.count > 4) {
    return NoMessage("an array of two to four is expected");
  }
  if (!ReadText(reader, &message.tag)) return NoMessage("its tag is no text");
  const char* const entries_begin = reader.rest().data();
  if (!reader.Next(&second)) return NoMessage("it has no entries");
  uint32_t read_count = 2;
  if (second.IsText()) {
    message.entries = second.bytes;
  } else if (second.type == MsgpackType::kArray) {
    const std::string_view rest = reader.rest();
    if (!reader.Skip(second.count)) return NoMessage("its entries are malformed");
    message.entries = rest.substr(0, rest.size() - reader.rest().size());
  } else {
    if (list.count < 3 || !reader.Skip(second.children() + 1)) return NoMessage("it has no record");
    message.is_bare_entry = true;
    message.entries = {entries_begin, static_cast<size_t>(reader.rest().data() - entries_begin)};
    read_count = 3;
  }
  if (list.count > read_count) RETURN_IF_ERROR(ReadOptions(reader, &message));
  return message;
}

Result<FluentPing> ParseFluentPing(std::string_view bytes) {
  MsgpackReader reader(bytes);
  MsgpackValue list;
  std::string_view type;
  FluentPing ping;
  if (!reader.Next(&list) || list.type != MsgpackType::kArray || list.count != 6 ||
      !ReadText(reader, &type) || type != "PING" || !ReadText(reader, &ping.hostname) ||
      !ReadText(reader, &ping.shared_key_salt) || !ReadText(reader, &ping.shared_key_digest) ||
      !ReadText(reader, &ping.username) || !ReadText(reader, &ping.password_digest)) {
    return InvalidArgument("a PING is expected");
  }
  return ping;
}

Status FluentRecords::Add(const FluentMessage& message, std::string_view entries) {
  MsgpackReader reader(entries);
  while (records_.ok() && !reader.rest().empty()) {
    if (!Entry(reader, message.is_bare_entry, message.tag)) break;
  }
  if (!reader.ok()) records_.Reject("an entry is malformed");
  return records_.status();
}

// False when what follows cannot be read.
bool FluentRecords::Entry(MsgpackReader& reader, bool is_bare, std::string_view tag) {
  MsgpackValue pair, time, record;
  if (!is_bare) {
    if (!reader.Next(&pair)) return false;
    if (pair.type != MsgpackType::kArray || pair.count != 2) {
      records_.Reject("an entry is no pair of time and record");
      return reader.Skip(pair.children());
    }
  }
  if (!reader.Next(&time)) return false;
  // Fluent Bit 2 and newer: [[time, metadata], record].
  const bool has_metadata = time.type == MsgpackType::kArray && time.count == 2;
  if (has_metadata && !reader.Next(&time)) return false;
  uint64_t unix_nanos = 0;
  if (!TimeOf(time, &unix_nanos)) {
    records_.Reject("the time of an entry is none");
    return reader.Skip(time.children() + (has_metadata ? 2 : 1));
  }
  records_.Begin(unix_nanos);
  const char* error = nullptr;
  if (has_metadata) {
    if (!reader.Next(&record)) return false;
    joined_key_ = kMetadataPrefix;
    error = record.type == MsgpackType::kMap ? Record(reader, record.count)
                                             : (reader.Skip(record.children()), nullptr);
  }
  joined_key_.clear();
  if (!reader.Next(&record)) return false;
  if (record.type != MsgpackType::kMap) {
    records_.Reject("a record is no map");
    return reader.Skip(record.children());
  }
  const char* record_error = Record(reader, record.count);
  if (!reader.ok()) return false;
  if (error == nullptr) error = record_error;
  if (error != nullptr) {
    records_.Reject(error);
    return true;
  }
  records_.AddAttribute(kTagAttribute, tag);
  records_.End();
  return true;
}

// Reads all of a map, also where it is no record.
const char* FluentRecords::Record(MsgpackReader& reader, uint32_t count) {
  MsgpackReader end = reader;
  if (!end.Skip(uint64_t{2} * count)) {
    reader = end;
    return "a record is malformed";
  }
  const char* error = Fields(reader, count, 0);
  reader = end;
  return error;
}

// Null, or why the members are no fields. The map is well-formed.
const char* FluentRecords::Fields(MsgpackReader& reader, uint32_t count, int depth) {
  if (depth > depth_max_) return "a record nests too deeply";
  const size_t prefix_bytes = joined_key_.size();
  for (uint32_t i = 0; i < count && records_.ok(); ++i) {
    MsgpackValue key, head;
    reader.Next(&key);
    if (!key.IsText()) return "the name of a field is no text";
    if (prefix_bytes + key.bytes.size() >= kLogKeyBytesMax)
      return "the name of a field is too long";
    joined_key_.resize(prefix_bytes);
    joined_key_ += key.bytes;
    reader.Next(&head);
    if (head.type == MsgpackType::kMap && head.count > 0) {
      joined_key_ += '.';
      if (const char* error = Fields(reader, head.count, depth + 1)) return error;
    } else if (head.type != MsgpackType::kNil) {
      AttributeValue value;
      if (!ValueOf(reader, head, depth, &value)) return "a record nests too deeply";
      records_.AddField(joined_key_, value);
    }
  }
  joined_key_.resize(prefix_bytes);
  return nullptr;
}

bool FluentRecords::ValueOf(MsgpackReader& reader, const MsgpackValue& head, int depth,
                            AttributeValue* value) {
  if (depth > depth_max_) return false;
  switch (head.type) {
    case MsgpackType::kNil: return true;
    case MsgpackType::kBool: return *value = AttributeValue::Bool(head.boolean), true;
    case MsgpackType::kInt: return *value = AttributeValue::Int(head.integer), true;
    case MsgpackType::kDouble: return *value = AttributeValue::Double(head.real), true;
    case MsgpackType::kString: return *value = AttributeValue::String(head.bytes), true;
    case MsgpackType::kExtension: return *value = AttributeValue::Bytes(head.bytes), true;
    case MsgpackType::kBinary:  // Ruby sends text as binary where it does not know its encoding
      *value = IsValidUtf8(head.bytes) ? AttributeValue::String(head.bytes)
                                       : AttributeValue::Bytes(head.bytes);
      return true;
    case MsgpackType::kArray:
    case MsgpackType::kMap: break;
  }
  MsgpackValue child;
  if (head.type == MsgpackType::kArray) {
    const auto elements = records_.NewArray<AttributeValue>(head.count);
    for (AttributeValue& element : elements) {
      reader.Next(&child);
      if (!ValueOf(reader, child, depth + 1, &element)) return false;
    }
    return *value = AttributeValue::Array(elements), true;
  }
  const auto members = records_.NewArray<model::Attribute>(head.count);
  for (model::Attribute& member : members) {
    reader.Next(&child);
    if (!child.IsText()) return false;
    member.key = child.bytes;
    reader.Next(&child);
    if (!ValueOf(reader, child, depth + 1, &member.value)) return false;
  }
  return *value = AttributeValue::KeyValueList(members), true;
}

}  // namespace spanhound::wire
