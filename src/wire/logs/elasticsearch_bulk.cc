#include "wire/logs/elasticsearch_bulk.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/checksum.h"
#include "wire/logs/log_json.h"
#include "wire/logs/log_records.h"

namespace spanhound::wire {
namespace {

using Element = simdjson::dom::element;
using simdjson::SUCCESS;

constexpr std::string_view kIndexAttribute = "elasticsearch.index";
// An index is a name, not a text; Elasticsearch has the same limit.
constexpr size_t kIndexBytesMax = 255;
constexpr size_t kIdBytesMax = 512;

struct Action {
  std::string_view name;
  bool is_taken;
  bool has_document;
};
constexpr std::array<Action, 4> kActions = {{{"index", true, true},
                                             {"create", true, true},
                                             {"update", false, true},
                                             {"delete", false, false}}};

// What an item takes here and, later, in the reply.
constexpr size_t kItemBytes = 256;

void Refuse(BulkItem& item, const char* type, const char* reason) {
  item.error_type = type;
  item.error_reason = reason;
}

class BulkDecoder {
 public:
  BulkDecoder(uint64_t observed_unix_nanos, const RequestLimits& limits)
      : records_(limits, observed_unix_nanos, &request_.logs),
        depth_max_(static_cast<size_t>(limits.value_depth_max)) {}

  Status Lines(std::string& body, std::string_view default_index) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    rest_ = body;
    for (std::string_view line; NextLine(&line);) {
      BulkItem item;
      item.index = default_index;
      const Action* action = nullptr;
      if (const char* error = ReadAction(line, &item, &action)) {
        return InvalidArgument("Malformed action/metadata line [" + std::to_string(line_number_) +
                               "]: " + error);
      }
      if (action->has_document && !NextLine(&line)) {
        return InvalidArgument("line [" + std::to_string(line_number_) +
                               "] is an action whose document is missing");
      }
      if (action->is_taken) {
        Document(line, item);
      } else {
        Refuse(item, "illegal_argument_exception", "only index and create are supported");
        records_.Reject(item.error_reason);
      }
      records_.TakeMemory(kItemBytes + item.index.size() + item.id.size());
      RETURN_IF_ERROR(records_.status());
      request_.items.push_back(std::move(item));
    }
    return Status::Ok();
  }

  Status OneDocument(std::string& body, BulkItem item) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    Document(body, item);
    request_.items.push_back(std::move(item));
    return records_.status();
  }

  BulkRequest Take() { return std::move(request_); }

 private:
  // The next line with anything in it.
  bool NextLine(std::string_view* line) {
    while (!rest_.empty()) {
      const size_t end = std::min(rest_.find('\n'), rest_.size());
      *line = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      ++line_number_;
      if (line->find_first_not_of(" \t\r") != line->npos) return true;
    }
    return false;
  }

  // A line is followed by another or by the padding of the body, so that it is parsed in place.
  simdjson::error_code Parse(std::string_view text, Element* root) {
    if (text.size() > parser_.capacity()) {
      // Doubled, because lines of a request tend to be of one length and a little more.
      const size_t capacity = std::max<size_t>(2 * text.size(), 4096);
      if (const auto error = parser_.allocate(capacity, depth_max_)) return error;
    }
    return parser_.parse(text.data(), text.size(), /*realloc_if_needed=*/false).get(*root);
  }

  // Null, or why the line is no action.
  const char* ReadAction(std::string_view line, BulkItem* item, const Action** action) {
    Element root;
    simdjson::dom::object object;
    if (Parse(line, &root) != SUCCESS || root.get(object) != SUCCESS ||
        object.begin() == object.end()) {
      return "a JSON object with one action is expected";
    }
    const auto [name, parameters] = *object.begin();
    const auto known = std::ranges::find(kActions, name, &Action::name);
    if (known == kActions.end()) return "the action is none of index, create, update and delete";
    *action = &*known;
    item->action = known->name;
    simdjson::dom::object members;
    if (parameters.get(members) != SUCCESS) return "the action is not an object";
    for (const auto [key, value] : members) {
      std::string_view text;
      if (value.get(text) != SUCCESS) continue;
      if (key == "_index") item->index = text;
      if (key == "_id") item->id = text;
    }
    return nullptr;
  }

  void Document(std::string_view text, BulkItem& item) {
    if (item.index.empty()) {
      Refuse(item, "action_request_validation_exception", "index is missing");
    } else if (item.index.size() > kIndexBytesMax || item.id.size() > kIdBytesMax) {
      Refuse(item, "illegal_argument_exception", "the index or the id is too long");
    } else if (const char* error = AddRecord(text, item.index)) {
      Refuse(item, "mapper_parsing_exception", error);
    }
    if (item.error_type != nullptr) records_.Reject(item.error_reason);
    if (!item.id.empty()) item.document_hash = Checksum64(text);
  }

  const char* AddRecord(std::string_view text, std::string_view index) {
    Element root;
    simdjson::dom::object object;
    if (const auto error = Parse(text, &root)) {
      return simdjson::error_message(error);
    }
    if (root.get(object) != SUCCESS) return "a document must be a JSON object";
    records_.Begin();
    joined_key_.clear();
    if (const char* error = AddJsonFields(object, &joined_key_, &records_)) return error;
    if (index != last_index_) {
      last_index_ = index;
      last_index_in_batch_ = records_.Copy(index);
    }
    records_.AddAttribute(kIndexAttribute, last_index_in_batch_);
    records_.End();
    return nullptr;
  }

  BulkRequest request_;
  LogRecords records_;
  const size_t depth_max_;  // of a document
  simdjson::dom::parser parser_;
  std::string_view rest_;
  size_t line_number_ = 0;
  std::string joined_key_;
  std::string last_index_;
  std::string_view last_index_in_batch_;
};

}  // namespace

Result<BulkRequest> DecodeElasticsearchBulk(std::string body, std::string_view default_index,
                                            uint64_t observed_unix_nanos,
                                            const RequestLimits& limits) {
  BulkDecoder decoder(observed_unix_nanos, limits);
  RETURN_IF_ERROR(decoder.Lines(body, default_index));
  return decoder.Take();
}

Result<BulkRequest> DecodeElasticsearchDocument(std::string body, BulkItem item,
                                                uint64_t observed_unix_nanos,
                                                const RequestLimits& limits) {
  BulkDecoder decoder(observed_unix_nanos, limits);
  RETURN_IF_ERROR(decoder.OneDocument(body, std::move(item)));
  return decoder.Take();
}

}  // namespace spanhound::wire
