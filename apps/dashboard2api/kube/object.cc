#include "dashboard2api/kube/object.h"

#include <algorithm>
#include <utility>

#include "dashboard2api/kube/json_fields.h"
#include "dashboard2api/kube/object_fields.h"

namespace dashboard2api::kube {
namespace {

using service::Error;
using service::ErrorCode;
using service::Result;

struct ResourceType {
  std::string_view name;
  std::string_view path;
  std::string_view list_kind;
  Object::Data (*read)(const Json& object);
};

const ResourceType& TypeOf(Resource resource) {
  static constexpr ResourceType kTypes[] = {
      {"namespaces", "/api/v1/namespaces", "NamespaceList", ReadNameSpace},
      {"nodes", "/api/v1/nodes", "NodeList", ReadNode},
      {"pods", "/api/v1/pods", "PodList", ReadPod},
      {"deployments", "/apis/apps/v1/deployments", "DeploymentList", ReadDeployment},
      {"services", "/api/v1/services", "ServiceList", ReadService}};
  return kTypes[static_cast<std::size_t>(resource)];
}

// False if it has no name or version; items of a list have no kind to look at.
bool ReadObject(Resource resource, const Json& json, Object* object) {
  const Json& metadata = At(json, "metadata");
  object->name = TextAt(metadata, "name");
  object->name_space = TextAt(metadata, "namespace");
  object->resource_version = TextAt(metadata, "resourceVersion");
  if (object->name.empty() || object->resource_version.empty()) return false;
  object->data = TypeOf(resource).read(json);
  std::visit([&](auto& data) { data.set_resource_version(object->resource_version); },
             object->data);
  return true;
}

Error Unreadable(Resource resource, std::string_view what) {
  return {ErrorCode::kRefused, "sent no " + std::string(what) + " of " +
                                   std::string(NameOf(resource)) + " that can be read"};
}

std::int64_t RetryAfterMs(const Json& status) {
  constexpr std::int64_t kMsOfSecond = 1000;
  return CountAt(At(status, "details"), "retryAfterSeconds") * kMsOfSecond;
}

Error ErrorOfStatus(unsigned code, const Json& status) {
  constexpr unsigned kUnauthorized = 401;
  constexpr unsigned kForbidden = 403;
  constexpr unsigned kGone = 410;
  constexpr unsigned kTooManyRequests = 429;
  Error error{ErrorCode::kRefused, "answers " + std::to_string(code), RetryAfterMs(status)};
  if (TextAt(status, "kind") == "Status") error.message += ": " + TextAt(status, "message");
  if (code == kUnauthorized) error.code = ErrorCode::kUnauthorized;
  if (code == kForbidden) error.code = ErrorCode::kForbidden;
  if (code == kGone) error.code = ErrorCode::kExpired;
  if (code == 404) error.code = ErrorCode::kNotFound;
  if (code >= 500 || code == kTooManyRequests) error.code = ErrorCode::kUnavailable;
  return error;
}

}  // namespace

std::string_view NameOf(Resource resource) { return TypeOf(resource).name; }
std::string_view PathOf(Resource resource) { return TypeOf(resource).path; }

Result<ListPage> ParseListPage(Resource resource, std::string_view text) {
  const Json list = ParseJson(text);
  const Json& items = At(list, "items");
  // The API server writes an empty list as null.
  const bool no_items = list.is_object() && list.contains("items") && items.is_null();
  if (TextAt(list, "kind") != TypeOf(resource).list_kind || !(items.is_array() || no_items)) {
    return Unreadable(resource, "list");
  }
  ListPage page;
  page.resource_version = TextAt(At(list, "metadata"), "resourceVersion");
  page.continue_token = TextAt(At(list, "metadata"), "continue");
  if (page.resource_version.empty()) return Unreadable(resource, "list");
  for (const Json& item : items) {
    Object object;
    if (!ReadObject(resource, item, &object)) return Unreadable(resource, "list");
    page.items.push_back(std::move(object));
  }
  return page;
}

Result<WatchEvent> ParseWatchEvent(Resource resource, std::string_view text) {
  const Json event = ParseJson(text);
  const std::string type = TextAt(event, "type");
  const Json& json = At(event, "object");
  if (type == "ERROR") {
    return ErrorOfStatus(static_cast<unsigned>(CountAt(json, "code")), json);
  }
  WatchEvent result{WatchEvent::Type::kChanged, {}};
  if (type == "BOOKMARK") {
    result.type = WatchEvent::Type::kBookmark;
    result.object.resource_version = TextAt(At(json, "metadata"), "resourceVersion");
    if (result.object.resource_version.empty()) return Unreadable(resource, "bookmark");
    return result;
  }
  if (type == "DELETED") result.type = WatchEvent::Type::kDeleted;
  const bool known = type == "DELETED" || type == "ADDED" || type == "MODIFIED";
  if (!known || !ReadObject(resource, json, &result.object)) return Unreadable(resource, "event");
  return result;
}

Error ErrorOf(unsigned status, std::string_view body) {
  return ErrorOfStatus(status, ParseJson(body));
}

}  // namespace dashboard2api::kube
