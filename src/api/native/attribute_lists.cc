#include "api/native/attribute_lists.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/jaeger/search_parameters.h"

namespace spanhound::api {
namespace {

using query::AttributePlace;

// In the order of AttributePlace.
constexpr std::string_view kScopes[] = {"span", "resource", "scope", "event", "link", "log"};

std::string_view TypeName(model::ValueType type) {
  switch (type) {
    case model::ValueType::kBool: return "bool";
    case model::ValueType::kInt: return "int64";
    case model::ValueType::kDouble: return "float64";
    case model::ValueType::kBytes: return "binary";
    case model::ValueType::kArray: return "array";
    case model::ValueType::kKeyValueList: return "kvlist";
    default: return "string";
  }
}

// Nothing if the parameter is absent.
Result<std::optional<AttributePlace>> ParseScope(const net::HttpRequest& request) {
  const std::string_view scope = request.query_value("scope");
  if (scope.empty()) return std::optional<AttributePlace>();
  const auto* found = std::ranges::find(kScopes, scope);
  if (found == std::end(kScopes)) {
    return InvalidArgument("parameter 'scope' must be span, resource, scope, event, link or log");
  }
  return std::optional(static_cast<AttributePlace>(found - kScopes));
}

Result<uint32_t> ParseLimit(const net::HttpRequest& request, uint32_t absent) {
  ASSIGN_OR_RETURN(const uint64_t limit, ParseNumber(request, "limit", absent));
  return static_cast<uint32_t>(std::min<uint64_t>(limit, UINT32_MAX));
}

void WriteTypeAndCount(JsonWriter& json, model::ValueType type, uint64_t count) {
  json.Field("type", TypeName(type));
  json.Key("count");
  json.Uint(count);
}

void WriteEntry(JsonWriter& json, const query::AttributeKey& entry) {
  json.Field("key", entry.key);
  json.Field("scope", kScopes[static_cast<size_t>(entry.place)]);
  WriteTypeAndCount(json, entry.type, entry.count);
}

void WriteEntry(JsonWriter& json, const query::AttributeValueCount& entry) {
  json.Field("value", entry.text);
  WriteTypeAndCount(json, entry.type, entry.count);
}

template <typename Entry>
Answer AnswerOf(Listing<Entry> listing) {
  auto write = [entries = std::move(listing.entries)](JsonWriter& json) {
    json.BeginArray();
    for (const Entry& entry : entries) {
      json.BeginObject();
      WriteEntry(json, entry);
      json.EndObject();
    }
    json.EndArray();
  };
  return {std::move(write), listing.total, {}, listing.is_complete};
}

}  // namespace

Result<Answer> ListAttributeKeys(query::Engine& engine, const net::HttpRequest& request,
                                 const query::QueryContext& context) {
  query::AttributeKeySearch search;
  ASSIGN_OR_RETURN(search.place, ParseScope(request));
  search.prefix = request.query_value("prefix");
  ASSIGN_OR_RETURN(search.limit, ParseLimit(request, search.limit));
  ASSIGN_OR_RETURN(auto keys, engine.AttributeKeys(search, context));
  return AnswerOf(std::move(keys));
}

Result<Answer> ListAttributeValues(query::Engine& engine, const net::HttpRequest& request,
                                   const query::QueryContext& context) {
  query::AttributeValueSearch search;
  search.key = request.query_value("key");
  if (search.key.empty()) return InvalidArgument("parameter 'key' is required");
  ASSIGN_OR_RETURN(const std::optional<AttributePlace> place, ParseScope(request));
  if (!place) return InvalidArgument("parameter 'scope' is required");
  search.place = *place;
  search.prefix = request.query_value("prefix");
  ASSIGN_OR_RETURN(search.limit, ParseLimit(request, search.limit));
  ASSIGN_OR_RETURN(auto values, engine.AttributeValues(search, context));
  return AnswerOf(std::move(values));
}

}  // namespace spanhound::api
