#include "spanhound/asio_context.h"

#include <gtest/gtest.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <string>
#include <thread>

#include "span_recorder.h"
#include "spanhound/propagation.h"

namespace spanhound::sdk {
namespace {

namespace asio = boost::asio;
namespace trace = opentelemetry::trace;
using std::chrono::milliseconds;

trace::SpanId CurrentSpanId() { return trace::Tracer::GetCurrentSpan()->GetContext().span_id(); }

opentelemetry::nostd::shared_ptr<trace::Span> StartSpan(const std::string& name) {
  return trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan(name);
}

asio::awaitable<void> Pause(milliseconds time = milliseconds(1)) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

class AsioContextTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { InstallContextStorage(); }
};

TEST_F(AsioContextTest, ScopesOfACoroutineFollowItOverThreads) {
  SpanRecorder recorder;
  std::set<std::thread::id> threads;
  // A busy machine may take its time to move it.
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  size_t rounds = 0;
  {
    asio::thread_pool pool(4);
    auto root = StartSpan("root");
    const trace::Scope scope(root);
    const auto flow = [&]() -> asio::awaitable<void> {
      const auto has_moved = [&] { return threads.size() > 1; };
      const auto may_go_on = [&] { return std::chrono::steady_clock::now() < give_up_at; };
      for (; rounds < 100 || (!has_moved() && may_go_on()); ++rounds) {
        EXPECT_EQ(CurrentSpanId(), root->GetContext().span_id());
        auto outer = StartSpan("outer");
        const trace::Scope outer_scope(outer);
        co_await Pause(milliseconds(0));
        {
          auto inner = StartSpan("inner");
          const trace::Scope inner_scope(inner);
          co_await Pause(milliseconds(0));
          EXPECT_EQ(CurrentSpanId(), inner->GetContext().span_id());
        }
        EXPECT_EQ(CurrentSpanId(), outer->GetContext().span_id());
        threads.insert(std::this_thread::get_id());
      }
    };
    asio::co_spawn(InContext(pool.get_executor()), flow(), asio::detached);
    pool.join();
  }
  EXPECT_GT(threads.size(), 1u) << "the pool never moved it: nothing was shown";
  for (const auto& span : recorder.Take(2 * rounds)) {
    if (NameOf(*span) == "root") continue;
    EXPECT_TRUE(span->GetParentSpanId().IsValid()) << NameOf(*span);
  }
}

TEST_F(AsioContextTest, CoroutinesOnOneThreadDoNotSeeEachOther) {
  SpanRecorder recorder;
  asio::io_context io;
  const auto flow = [&](std::string name) -> asio::awaitable<void> {
    for (int i = 0; i < 20; ++i) {
      auto span = StartSpan(name);
      const trace::Scope scope(span);
      co_await Pause();
      EXPECT_EQ(CurrentSpanId(), span->GetContext().span_id()) << name;
    }
  };
  for (const char* name : {"a", "b", "c"}) {
    asio::co_spawn(InContext(io.get_executor()), flow(name), asio::detached);
  }
  asio::post(io, [] { EXPECT_FALSE(CurrentSpanId().IsValid()); });
  io.run();
  EXPECT_FALSE(CurrentSpanId().IsValid());
  for (const auto& span : recorder.Take(60)) EXPECT_FALSE(span->GetParentSpanId().IsValid());
}

TEST_F(AsioContextTest, SpawnedCoroutineIsAChild) {
  SpanRecorder recorder;
  asio::io_context io;
  trace::SpanId parent, seen;
  const auto child = [&]() -> asio::awaitable<void> {
    co_await Pause();
    seen = CurrentSpanId();
  };
  const auto flow = [&]() -> asio::awaitable<void> {
    auto span = StartSpan("parent");
    const trace::Scope scope(span);
    parent = span->GetContext().span_id();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    co_await asio::co_spawn(InContext(executor), child(), asio::use_awaitable);
    EXPECT_EQ(CurrentSpanId(), parent);
  };
  asio::co_spawn(InContext(io.get_executor()), flow(), asio::detached);
  io.run();
  EXPECT_TRUE(parent.IsValid());
  EXPECT_EQ(seen, parent);
}

TEST_F(AsioContextTest, CallbacksBoundToTheExecutor) {
  SpanRecorder recorder;
  asio::io_context io;
  asio::steady_timer timer(io, milliseconds(1));
  auto span = StartSpan("caller");
  trace::SpanId seen;
  {
    const trace::Scope scope(span);
    timer.async_wait(
        asio::bind_executor(InContext(io.get_executor()), [&](auto) { seen = CurrentSpanId(); }));
  }
  io.run();
  EXPECT_EQ(seen, span->GetContext().span_id());
}

TEST_F(AsioContextTest, HandlersOfOneFlowRunOneAfterTheOther) {
  SpanRecorder recorder;
  auto root = StartSpan("root");
  bool busy = false;
  asio::thread_pool pool(4);
  {
    const trace::Scope scope(root);
    const auto executor = InContext(pool.get_executor());
    for (int i = 0; i < 1000; ++i) {
      asio::post(executor, [&] {
        EXPECT_FALSE(std::exchange(busy, true));
        EXPECT_EQ(CurrentSpanId(), root->GetContext().span_id());
        const trace::Scope own(StartSpan("task"));
        busy = false;
      });
    }
  }
  pool.join();
  for (const auto& span : recorder.Take(1000)) {
    EXPECT_EQ(span->GetParentSpanId(), root->GetContext().span_id());
  }
}

TEST(ContextStorageTest, ScopesNestAndMayEndOutOfOrder) {
  InstallContextStorage();
  using opentelemetry::context::RuntimeContext;
  Context a = Context().SetValue("a", true), b = a.SetValue("b", true);
  auto outer = RuntimeContext::Attach(a);
  auto inner = RuntimeContext::Attach(b);
  EXPECT_TRUE(RuntimeContext::GetCurrent() == b);
  outer.reset();
  EXPECT_TRUE(RuntimeContext::GetCurrent() == Context());
  EXPECT_FALSE(RuntimeContext::Detach(*inner));
  std::thread other([] { EXPECT_TRUE(RuntimeContext::GetCurrent() == Context()); });
  other.join();
}

TEST(BindContextTest, RunsAnywhereWithTheContextOfWhereItWasMade) {
  SpanRecorder recorder;
  auto span = StartSpan("caller");
  std::string text;
  std::thread thread;
  {
    const trace::Scope scope(span);
    thread = std::thread(BindContext([&](int number, std::string& out) {
                           EXPECT_EQ(CurrentSpanId(), span->GetContext().span_id());
                           out = std::to_string(number);
                         }),
                         7, std::ref(text));
  }
  thread.join();
  EXPECT_EQ(text, "7");
  EXPECT_EQ(BindContext([](int a) { return a + 1; })(1), 2);
}

}  // namespace
}  // namespace spanhound::sdk
