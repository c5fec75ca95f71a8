#include "dashboard2api/kube/namespace_list.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace dashboard2api::kube {
namespace {

using nlohmann::json;

const json& At(const json& object, const char* key) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::string TextAt(const json& object, const char* key) {
  const json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::map<std::string, std::string> Labels(const json& labels) {
  std::map<std::string, std::string> result;
  if (!labels.is_object()) return result;
  for (const auto& [key, value] : labels.items()) {
    if (value.is_string()) result.emplace(key, value.get<std::string>());
  }
  return result;
}

}  // namespace

std::optional<NamespacePage> ParseNamespacePage(std::string_view text) {
  const json list = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const json& items = At(list, "items");
  // The API server writes an empty list as null.
  const bool no_items = list.is_object() && list.contains("items") && items.is_null();
  if (TextAt(list, "kind") != "NamespaceList" || !(items.is_array() || no_items)) {
    return std::nullopt;
  }
  NamespacePage page;
  const json& list_metadata = At(list, "metadata");
  page.resource_version = TextAt(list_metadata, "resourceVersion");
  page.continue_token = TextAt(list_metadata, "continue");
  for (const json& item : items) {
    const json& metadata = At(item, "metadata");
    Namespace parsed{TextAt(metadata, "name"), TextAt(At(item, "status"), "phase"),
                     TextAt(metadata, "creationTimestamp"), Labels(At(metadata, "labels"))};
    if (parsed.name.empty()) return std::nullopt;
    page.items.push_back(std::move(parsed));
  }
  return page;
}

std::string StatusMessage(std::string_view text) {
  const json status = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return TextAt(status, "kind") == "Status" ? TextAt(status, "message") : std::string();
}

}  // namespace dashboard2api::kube
