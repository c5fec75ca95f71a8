// The current context in Boost.Asio: an executor that runs everything with the context of one flow.
//
//   asio::co_spawn(InContext(io.get_executor()), Session(std::move(socket)), asio::detached);
//
// The coroutine starts with the caller's context. Spans and scopes it opens stay current for it
// across every co_await, on whatever thread it is resumed, and are never seen by other work on
// those threads. Callbacks work the same way: bind their handlers to the executor.
//
//   timer.async_wait(asio::bind_executor(InContext(executor), [](auto error) { ... }));
//
// One executor is one flow, and a strand: its handlers never run at the same time, so that a
// coroutine resumed on one thread does not meet its own rest on another. Spawn each further
// coroutine on an InContext of its own, which makes it a child of what is current there.
//
// For a plain callable, a thread pool's task say, BindContext (propagation.h) is enough.
//
// Threads: as the executor inside. Failure: none.
#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "spanhound/context_storage.h"

namespace spanhound::sdk {

// `Executor` runs one handler at a time.
template <typename Executor>
class ContextExecutor {
 public:
  ContextExecutor(Executor inner, std::shared_ptr<ContextStack> flow) noexcept
      : inner_(std::move(inner)), flow_(std::move(flow)) {}

  bool operator==(const ContextExecutor& other) const noexcept {
    return inner_ == other.inner_ && flow_ == other.flow_;
  }

  template <typename Work>
  void execute(Work&& work) const {
    inner_.execute([flow = flow_, work = std::decay_t<Work>(std::forward<Work>(work))]() mutable {
      const ContextStackScope scope(*flow);
      std::move(work)();
    });
  }

  // Properties are those of the executor inside.
  template <typename Property>
  requires boost::asio::can_query<const Executor&, Property>::value decltype(auto) query(
      const Property& property) const
      noexcept(boost::asio::is_nothrow_query<const Executor&, Property>::value) {
    return boost::asio::query(inner_, property);
  }
  template <typename Property>
  requires boost::asio::can_require<const Executor&, Property>::value auto require(
      const Property& property) const {
    return Wrap(boost::asio::require(inner_, property));
  }
  template <typename Property>
  requires boost::asio::can_prefer<const Executor&, Property>::value auto prefer(
      const Property& property) const {
    return Wrap(boost::asio::prefer(inner_, property));
  }

 private:
  template <typename Other>
  ContextExecutor<Other> Wrap(Other inner) const {
    return {std::move(inner), flow_};
  }

  Executor inner_;
  std::shared_ptr<ContextStack> flow_;
};

// A new flow that starts with `context`.
template <typename Executor>
ContextExecutor<boost::asio::strand<Executor>> InContext(
    Executor executor, opentelemetry::context::Context context =
                           opentelemetry::context::RuntimeContext::GetCurrent()) {
  InstallContextStorage();
  return {boost::asio::make_strand(std::move(executor)),
          std::make_shared<ContextStack>(1, std::move(context))};
}

}  // namespace spanhound::sdk
