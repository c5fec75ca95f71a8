#include "store/scan/scan_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

namespace spanhound::store {
namespace {

TEST(ScanPool, MakesEveryCallOnce) {
  for (size_t threads : {1u, 2u, 5u}) {
    ScanPool pool(threads);
    EXPECT_EQ(pool.thread_count(), threads);
    for (size_t count : {0u, 1u, 2u, 1000u}) {
      std::vector<std::atomic<int>> calls(count);
      pool.ForEach(count, [&calls](size_t i) { ++calls[i]; });
      for (const auto& call : calls) EXPECT_EQ(call.load(), 1);
    }
  }
}

TEST(ScanPool, WorksOnSeveralThreads) {
  ScanPool pool(2);
  std::atomic<int> began = 0;
  // The first calls wait for each other to begin: one thread alone would wait for ever.
  pool.ForEach(3, [&began](size_t) {
    ++began;
    while (began < 2) std::this_thread::yield();
  });
  EXPECT_EQ(began, 3);
}

TEST(ScanPool, CallersGoOnWhileThePoolIsBusy) {
  ScanPool pool(2);
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> stuck = 0;
  std::thread first([&] {
    pool.ForEach(3, [&](size_t) {
      ++stuck;
      released.wait();
    });
  });
  while (stuck < 2) std::this_thread::yield();
  std::set<std::thread::id> threads;
  pool.ForEach(100, [&](size_t) { threads.insert(std::this_thread::get_id()); });
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
  release.set_value();
  first.join();
}

TEST(ScanPool, ServesManyCallersAtOnce) {
  ScanPool pool(3);
  std::atomic<size_t> calls = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) pool.ForEach(7, [&](size_t) { ++calls; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(calls, 8u * 200 * 7);
}

}  // namespace
}  // namespace spanhound::store
