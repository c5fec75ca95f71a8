#include "wire/logs/log_records.h"

#include <charconv>
#include <memory>

#include "model/semantic_names.h"
#include "wire/logs/log_time.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

constexpr uint8_t kNoRank = UINT8_MAX;

// Hexadecimal digits, or a decimal number, as Datadog's tracers write 64 bits of their ids.
template <typename Id>
bool ParseId(const AttributeValue& value, bool is_decimal, Id* id) {
  if (value.type != ValueType::kString) return false;
  const std::string_view text = value.text();
  Id parsed;
  if (text.size() == 2 * Id::kSize && !(is_decimal && text.size() < 20)) {
    if (!parsed.SetHex(text)) return false;
  } else if (is_decimal) {
    uint64_t number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    for (size_t i = 0; i < 8; ++i) {
      parsed.bytes[Id::kSize - 1 - i] = static_cast<uint8_t>(number >> (8 * i));
    }
  } else if (text.size() == 16 && Id::kSize == 16) {  // a trace id of 64 bits
    if (!FromHex(text, parsed.bytes.data() + 8, 8)) return false;
  } else {
    return false;
  }
  *id = parsed;
  return true;
}

bool ParseFlags(const AttributeValue& value, uint32_t* flags) {
  if (value.type == ValueType::kInt) {
    *flags = static_cast<uint32_t>(value.integer & 0xff);
    return true;
  }
  uint8_t byte;
  if (value.type != ValueType::kString || !FromHex(value.text(), &byte, 1)) return false;
  *flags = byte;
  return true;
}

bool IsObjectOrEmpty(const AttributeValue& value) {
  return value.type == ValueType::kEmpty || value.type == ValueType::kKeyValueList;
}

}  // namespace

LogRecords::LogRecords(const RequestLimits& limits, uint64_t observed_unix_nanos,
                       Decoded<model::LogBatch>* decoded)
    : memory_(decoded->batch.memory.arena(), limits),
      decoded_(*decoded),
      observed_unix_nanos_(observed_unix_nanos) {
  decoded_.batch.scopes.emplace_back();
}

void LogRecords::Begin(uint64_t time_unix_nanos) {
  record_ = {};
  record_.observed_time_unix_nanos = observed_unix_nanos_;
  fields_.clear();
  extra_.clear();
  ranks_.fill(kNoRank);
  taken_fields_.fill(kNoField);
  service_name_ = {};
  service_rank_ = kNoRank;
  if (time_unix_nanos != 0) {
    record_.time_unix_nanos = time_unix_nanos;
    ranks_[static_cast<size_t>(LogField::kTime)] = 0;  // no field is better
  }
}

// Documents of a request have the same few keys, so that what they mean is looked up once.
const LogRecords::Key* LogRecords::KeyOf(std::string_view key) {
  if (const auto known = keys_.find(key); known != keys_.end()) return known->second;
  auto made = std::make_unique<Key>();
  made->rule = RuleOfLogField(key);
  if (!memory_.Take(sizeof(Key) + 2 * sizeof(void*) + made->rule.name.size())) ok_ = false;
  const std::string_view own_key = Copy(key);
  made->attribute = made->rule.name == key ? own_key : Copy(made->rule.name);
  if (!ok_) return nullptr;
  Key* const at = made.get();
  keys_.emplace(own_key, at);
  key_storage_.push_back(std::move(made));
  return at;
}

void LogRecords::AddField(std::string_view key_text, const AttributeValue& value) {
  const Key* key = KeyOf(key_text);
  if (key == nullptr) return;
  const LogFieldRule& rule = key->rule;
  const size_t kind = static_cast<size_t>(rule.field);
  bool is_taken = false;
  if (rule.field > LogField::kResource && rule.rank < ranks_[kind] && TryTake(rule, value)) {
    if (taken_fields_[kind] != kNoField) fields_[taken_fields_[kind]].is_taken = false;
    ranks_[kind] = rule.rank;
    taken_fields_[kind] = fields_.size();
    is_taken = true;
  }
  if (rule.service_rank != 0) TakeService(rule.service_rank, value);
  fields_.push_back({key, value, is_taken});
}

// False where the value is none of its kind: it stays an attribute.
bool LogRecords::TryTake(const LogFieldRule& rule, const AttributeValue& value) {
  switch (rule.field) {
    case LogField::kTime: return ParseLogTime(value, &record_.time_unix_nanos);
    case LogField::kSeverity:
      if (!ParseSeverity(value, &record_.severity_number)) return false;
      record_.severity_text = value.type == ValueType::kString ? value.text() : std::string_view();
      return true;
    case LogField::kBody:
      if (IsObjectOrEmpty(value)) return false;
      record_.body = value;
      return true;
    case LogField::kTraceId: return ParseId(value, rule.name == "dd.trace_id", &record_.trace_id);
    case LogField::kSpanId: return ParseId(value, rule.name == "dd.span_id", &record_.span_id);
    case LogField::kFlags: return ParseFlags(value, &record_.flags);
    case LogField::kService:
      if (value.type != ValueType::kString || value.text().empty()) return false;
      TakeService(rule.rank, value);
      return true;
    case LogField::kAttribute:
    case LogField::kResource: break;
  }
  return false;
}

void LogRecords::TakeService(uint8_t rank, const AttributeValue& value) {
  if (value.type != ValueType::kString || value.text().empty() || rank >= service_rank_) return;
  service_rank_ = rank;
  service_name_ = value.text();
}

void LogRecords::AddAttribute(std::string_view key, std::string_view value) {
  extra_.push_back({key, AttributeValue::String(value)});
}

void LogRecords::End() {
  if (!ok_ || !memory_.TakeItems(1) || !memory_.Take(sizeof(model::LogRecord))) {
    ok_ = false;
    return;
  }
  record_.attributes = Attributes();
  record_.resource_index = ResourceIndex();
  if (ok_) decoded_.batch.records.push_back(record_);
}

void LogRecords::Reject(std::string_view why) {
  if (!memory_.TakeItems(1)) ok_ = false;
  if (decoded_.rejected_count++ == 0) {
    decoded_.rejected_message =
        "record " + std::to_string(decoded_.batch.records.size()) + ": " + std::string(why);
  }
}

std::span<const Attribute> LogRecords::Attributes() {
  size_t count = extra_.size();
  const auto is_attribute = [](const Field& field) {
    return !field.is_taken && field.key->rule.field != LogField::kResource;
  };
  for (const Field& field : fields_) count += is_attribute(field) ? 1 : 0;
  const std::span<Attribute> attributes = NewArray<Attribute>(count);
  if (!ok_) return {};
  auto to = attributes.begin();
  for (const Field& field : fields_) {
    if (is_attribute(field)) *to++ = {field.key->attribute, field.value};
  }
  for (const Attribute& attribute : extra_) *to++ = attribute;
  return attributes;
}

uint32_t LogRecords::ResourceIndex() {
  const auto is_of_resource = [](const Field& field) {
    return field.key->rule.field == LogField::kResource;
  };
  resource_key_.assign(service_name_);
  size_t count = service_name_.empty() ? 0 : 1;
  for (const Field& field : fields_) {
    if (!is_of_resource(field)) continue;
    ++count;
    resource_key_.append(1, '\0').append(field.key->attribute).append(1, '\0');
    resource_key_.append(1, static_cast<char>(field.value.type)).append(ToText(field.value));
  }
  std::vector<model::Resource>& resources = decoded_.batch.resources;
  if (const auto known = resource_indexes_.find(resource_key_); known != resource_indexes_.end()) {
    return known->second;
  }
  if (!memory_.Take(sizeof(model::Resource) + resource_key_.size())) ok_ = false;
  const std::span<Attribute> attributes = NewArray<Attribute>(count);
  if (!ok_) return 0;
  auto to = attributes.begin();
  if (!service_name_.empty()) {
    *to++ = {model::kServiceName, AttributeValue::String(service_name_)};
  }
  for (const Field& field : fields_) {
    if (is_of_resource(field)) *to++ = {field.key->attribute, field.value};
  }
  const uint32_t index = static_cast<uint32_t>(resources.size());
  resources.emplace_back().attributes = attributes;
  resource_indexes_.emplace(resource_key_, index);
  return index;
}

std::string_view LogRecords::Copy(std::string_view text) {
  std::string_view copy;
  if (!memory_.Copy(text, &copy)) ok_ = false;
  return copy;
}

Status LogRecords::status() const {
  if (ok_) return Status::Ok();
  return memory_.exceeded();
}

}  // namespace spanhound::wire
