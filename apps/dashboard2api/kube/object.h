// Objects of the Kubernetes API, read from its JSON. Only what the dashboard answers with is kept,
// in the form it is answered in: a pod takes some hundred bytes instead of some thousand.
//
// Pure functions: any input, no exceptions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dashboard2api.pb.h"
#include "service/result.h"

namespace dashboard2api::kube {

struct Object {
  using Data = std::variant<WeiYun::Dashboard2api::NameSpace, WeiYun::Dashboard2api::Node,
                            WeiYun::Dashboard2api::Pod, WeiYun::Dashboard2api::Deployment,
                            WeiYun::Dashboard2api::Service>;
  std::string name_space;  // empty for what lives in none
  std::string name;
  std::string resource_version;
  Data data;
};

enum class Resource : std::uint8_t { kNamespaces, kNodes, kPods, kDeployments, kServices };
inline constexpr std::array kResources = {Resource::kNamespaces, Resource::kNodes, Resource::kPods,
                                          Resource::kDeployments, Resource::kServices};

std::string_view NameOf(Resource resource);  // "pods"
std::string_view PathOf(Resource resource);  // "/api/v1/pods"

struct ListPage {
  std::vector<Object> items;
  std::string resource_version;
  std::string continue_token;  // not empty: there is more, however many items came
};

// kRefused if it is no list of this resource.
service::Result<ListPage> ParseListPage(Resource resource, std::string_view json);

struct WatchEvent {
  enum class Type : std::uint8_t { kChanged, kDeleted, kBookmark };
  Type type;
  Object object;  // of a bookmark only the resource version
};

// One event of a watch. An ERROR event is an Error: kExpired for status 410.
service::Result<WatchEvent> ParseWatchEvent(Resource resource, std::string_view json);

// What an answer with this status means; `body` may be a Status object with a message.
service::Error ErrorOf(unsigned status, std::string_view body);

}  // namespace dashboard2api::kube
