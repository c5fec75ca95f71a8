#include "dashboard2api/kube/informer.h"

#include <algorithm>

#include "service/unix_time.h"

namespace dashboard2api::kube {
namespace {

std::size_t IndexOf(Resource resource) { return static_cast<std::size_t>(resource); }

}  // namespace

Informer::Informer(const ApiAccess& access, const ReflectorOptions& options) {
  for (const Resource resource : kResources) {
    ReflectorOptions own = options;
    own.seed += IndexOf(resource);  // so that not all come back at the same moment
    reflectors_.push_back(
        std::make_unique<Reflector>(resource, access, own, stores_[IndexOf(resource)]));
  }
}

Informer::~Informer() { Stop(); }

void Informer::Start() {
  for (const auto& each : reflectors_) {
    threads_.emplace_back([reflector = each.get()] { reflector->Run(); });
  }
}

void Informer::Stop() {
  for (const auto& each : reflectors_) each->Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool Informer::WaitForSync(std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto all_synced = [this] {
    return std::all_of(stores_.begin(), stores_.end(),
                       [](const ObjectStore& store) { return store.synced(); });
  };
  while (!all_synced()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Snapshot Informer::Read(Resource resource, std::string_view name_space,
                        std::size_t count_max) const {
  return stores_[IndexOf(resource)].Read(name_space, count_max, service::UnixMs());
}

}  // namespace dashboard2api::kube
