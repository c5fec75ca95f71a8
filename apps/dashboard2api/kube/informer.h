// The cluster as the API server tells it: one reflector on a thread of its own per resource.
//
// Threads: Start and Stop from one; reading from any. Failure: told in each Snapshot.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "dashboard2api/kube/api_access.h"
#include "dashboard2api/kube/object_store.h"
#include "dashboard2api/kube/reflector.h"

namespace dashboard2api::kube {

class Informer {
 public:
  Informer(const ApiAccess& access, const ReflectorOptions& options);
  ~Informer();  // Stop()
  Informer(const Informer&) = delete;
  Informer& operator=(const Informer&) = delete;

  void Start();
  void Stop();

  // Waits until every resource has been listed; false after `timeout`, which is no failure.
  bool WaitForSync(std::chrono::milliseconds timeout) const;

  Snapshot Read(Resource resource, std::string_view name_space, std::size_t count_max) const;

 private:
  std::array<ObjectStore, kResources.size()> stores_;
  std::vector<std::unique_ptr<Reflector>> reflectors_;
  std::vector<std::thread> threads_;
};

}  // namespace dashboard2api::kube
