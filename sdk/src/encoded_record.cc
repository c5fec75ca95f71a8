#include "encoded_record.h"

#include <mutex>
#include <set>

#include "fork_hooks.h"

namespace spanhound::sdk {
namespace {

class Scopes {
 public:
  static Scopes& Instance() {
    static Scopes& scopes = *new Scopes();
    return scopes;
  }

  const Scope* Intern(const Scope& scope) {
    const std::lock_guard lock(mutex_);
    if (const auto found = scopes_.find(scope); found != scopes_.end()) return &*found;
    return &*scopes_.insert(scopes_.size() < kScopesMax ? scope : Scope()).first;
  }

 private:
  std::mutex mutex_;
  std::set<Scope> scopes_;
  ForkRegistration fork_{{.before = [this] { mutex_.lock(); },
                          .in_parent = [this] { mutex_.unlock(); },
                          .in_child = [this] { mutex_.unlock(); }}};
};

}  // namespace

const Scope* InternScope(const Scope& scope) { return Scopes::Instance().Intern(scope); }

}  // namespace spanhound::sdk
