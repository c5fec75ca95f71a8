// Where the current context of a thread is kept, made so that a flow that wanders over threads, a
// coroutine above all, can bring its own: what it made current stays current for it, and for it
// alone, wherever it goes on.
//
// The storage opentelemetry brings ties every scope to the thread that opened it. This one takes
// its place and behaves the same until somebody enters a ContextStack.
//
// Threads: InstallContextStorage once, early in main, before the first span (Setup does it). A
// ContextStack belongs to one flow: no two threads may be inside at once. Failure: none.
#pragma once

#include <opentelemetry/context/runtime_context.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace spanhound::sdk {

// What is current, innermost last.
using ContextStack = std::vector<opentelemetry::context::Context>;

class ContextStorage : public opentelemetry::context::RuntimeContextStorage {
 public:
  using Context = opentelemetry::context::Context;
  using Token = opentelemetry::context::Token;

  Context GetCurrent() noexcept override {
    const ContextStack& stack = *Entered();
    return stack.empty() ? Context() : stack.back();
  }

  opentelemetry::nostd::unique_ptr<Token> Attach(const Context& context) noexcept override {
    Entered()->push_back(context);
    return CreateToken(context);
  }

  // Also of what was attached after it, as a scope left out of order leaves its inner ones.
  bool Detach(Token& token) noexcept override {
    ContextStack& stack = *Entered();
    const auto found = std::find_if(stack.rbegin(), stack.rend(),
                                    [&](const Context& each) { return token == each; });
    if (found == stack.rend()) return false;
    stack.erase(std::prev(found.base()), stack.end());
    return true;
  }

  // The stack in use on this thread: its own, or the one entered last.
  static ContextStack*& Entered() {
    thread_local ContextStack own;
    thread_local ContextStack* entered = &own;
    return entered;
  }
};

// Puts a stack in use on this thread while it lives.
class [[nodiscard]] ContextStackScope {
 public:
  explicit ContextStackScope(ContextStack& stack)
      : previous_(std::exchange(ContextStorage::Entered(), &stack)) {}
  ~ContextStackScope() { ContextStorage::Entered() = previous_; }
  ContextStackScope(const ContextStackScope&) = delete;
  ContextStackScope& operator=(const ContextStackScope&) = delete;

 private:
  ContextStack* const previous_;
};

// Later calls do nothing.
inline void InstallContextStorage() {
  [[maybe_unused]] static const bool installed = [] {
    opentelemetry::context::RuntimeContext::SetRuntimeContextStorage(
        opentelemetry::nostd::shared_ptr<opentelemetry::context::RuntimeContextStorage>(
            new ContextStorage()));
    return true;
  }();
}

}  // namespace spanhound::sdk
