// What is current on this thread. opentelemetry's RuntimeContext does it by a share in the storage
// of contexts, whose count all threads change, twice for every span; no public function gives the
// storage without that share, and whoever replaces it with its own is to be heard, too. A release
// of opentelemetry that has no such GetStorage ends the build at the instantiation below.
//
// Threads: any. Failure: none. As with RuntimeContext, nobody may replace the storage meanwhile.
#pragma once

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/nostd/shared_ptr.h>

namespace spanhound::sdk {

using SharedContextStorage =
    opentelemetry::nostd::shared_ptr<opentelemetry::context::RuntimeContextStorage>;

// The way to a private static function: an explicit instantiation may name it.
SharedContextStorage& StorageOf(opentelemetry::context::RuntimeContext*);
template <SharedContextStorage& (*kGetStorage)() noexcept>
struct ContextStorageAccess {
  friend SharedContextStorage& StorageOf(opentelemetry::context::RuntimeContext*) {
    return kGetStorage();
  }
};
template struct ContextStorageAccess<&opentelemetry::context::RuntimeContext::GetStorage>;

inline opentelemetry::context::Context ContextOfThisThread() {
  return StorageOf(static_cast<opentelemetry::context::RuntimeContext*>(nullptr))->GetCurrent();
}

inline opentelemetry::nostd::unique_ptr<opentelemetry::context::Token> AttachToThisThread(
    const opentelemetry::context::Context& context) {
  return StorageOf(static_cast<opentelemetry::context::RuntimeContext*>(nullptr))->Attach(context);
}

}  // namespace spanhound::sdk
