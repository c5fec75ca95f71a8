#include "default_scope.h"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

namespace spanhound::sdk {
namespace {

std::atomic<const std::string*> current{nullptr};

}  // namespace

std::string_view DefaultScopeName() {
  const std::string* const name = current.load(std::memory_order_acquire);
  return name == nullptr ? std::string_view("spanhound") : *name;
}

void SetDefaultScopeName(std::string_view name) {
  static std::mutex mutex;
  static std::set<std::string>& names = *new std::set<std::string>();  // views must stay valid
  const std::lock_guard lock(mutex);
  current.store(&*names.emplace(name).first, std::memory_order_release);
}

}  // namespace spanhound::sdk
