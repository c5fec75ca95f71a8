// All objects of one resource as the API server last told, written by one reflector and read by
// any number of threads.
//
// Threads: any; everything is behind one mutex. Readers get handles to objects that never change.
// Failure: only that there are too many objects.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dashboard2api/kube/object.h"

namespace dashboard2api::kube {

// Kubernetes itself is tested with 150,000 pods; each takes about 1 KiB here.
inline constexpr std::size_t kObjectsMax = 200'000;

struct Snapshot {
  std::vector<std::shared_ptr<const Object>> objects;  // by namespace and name
  std::size_t total = 0;                               // may be more than were asked for
  bool synced = false;           // false: no list has come yet, and there is nothing
  std::string resource_version;  // of the latest list, event or bookmark
  std::int64_t as_of_ms = 0;     // Unix time when the API server last stood by it
  std::string problem;           // why it may be old; empty while a watch is open
};

class ObjectStore {
 public:
  // A whole list takes the place of everything. False, and nothing changes: too many objects.
  bool Replace(std::vector<Object> objects, const std::string& resource_version);
  // False, and nothing changes: too many objects.
  bool Apply(WatchEvent event);

  // The API server does not answer, or no longer.
  void SetProblem(std::string problem, std::int64_t now_ms);
  void ClearProblem();

  // Up to `count_max` objects of one namespace, or of all ("").
  Snapshot Read(std::string_view name_space, std::size_t count_max, std::int64_t now_ms) const;
  bool synced() const;

 private:
  using Key = std::pair<std::string, std::string>;  // namespace and name

  mutable std::mutex mutex_;  // guards everything below
  std::map<Key, std::shared_ptr<const Object>> objects_;
  std::string resource_version_;
  bool synced_ = false;
  std::string problem_ = "the Kubernetes API has not answered yet";
  std::int64_t problem_since_ms_ = 0;
};

}  // namespace dashboard2api::kube
