#include "dashboard2api/kube/object_store.h"

namespace dashboard2api::kube {

bool ObjectStore::Replace(std::vector<Object> objects, const std::string& resource_version) {
  if (objects.size() > kObjectsMax) return false;
  std::map<Key, std::shared_ptr<const Object>> replacement;
  for (Object& object : objects) {
    Key key{object.name_space, object.name};
    replacement[std::move(key)] = std::make_shared<const Object>(std::move(object));
  }
  const std::lock_guard lock(mutex_);
  objects_.swap(replacement);  // what was replaced is freed after the lock
  resource_version_ = resource_version;
  synced_ = true;
  problem_.clear();
  return true;
}

bool ObjectStore::Apply(WatchEvent event) {
  Object& object = event.object;
  const std::lock_guard lock(mutex_);
  if (event.type != WatchEvent::Type::kBookmark) {
    Key key{object.name_space, object.name};
    if (event.type == WatchEvent::Type::kDeleted) {
      objects_.erase(key);
    } else {
      if (objects_.size() >= kObjectsMax && !objects_.contains(key)) return false;
      resource_version_ = object.resource_version;
      objects_[std::move(key)] = std::make_shared<const Object>(std::move(object));
      return true;
    }
  }
  resource_version_ = std::move(object.resource_version);
  return true;
}

void ObjectStore::SetProblem(std::string problem, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (problem_.empty()) problem_since_ms_ = now_ms;
  problem_ = std::move(problem);
}

void ObjectStore::ClearProblem() {
  const std::lock_guard lock(mutex_);
  problem_.clear();
}

Snapshot ObjectStore::Read(std::string_view name_space, std::size_t count_max,
                           std::int64_t now_ms) const {
  Snapshot snapshot;
  const std::lock_guard lock(mutex_);
  snapshot.synced = synced_;
  snapshot.resource_version = resource_version_;
  snapshot.as_of_ms = problem_.empty() ? now_ms : problem_since_ms_;
  snapshot.problem = problem_;
  auto it = name_space.empty() ? objects_.begin()
                               : objects_.lower_bound(Key(std::string(name_space), ""));
  for (; it != objects_.end(); ++it) {
    if (!name_space.empty() && it->first.first != name_space) break;
    if (snapshot.total++ < count_max) snapshot.objects.push_back(it->second);
  }
  return snapshot;
}

bool ObjectStore::synced() const {
  const std::lock_guard lock(mutex_);
  return synced_;
}

}  // namespace dashboard2api::kube
