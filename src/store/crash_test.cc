// The power is cut at random moments and the store must keep its promises: everything acknowledged
// is there, once, unchanged; everything else is there whole or not at all; and it opens again.
// A run is told by its seed: SPANHOUND_CRASH_SEED=17 store_test --gtest_filter='CrashTest.*'.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <map>
#include <set>

#include "store/engine.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

constexpr uint64_t kSeeds = 300;

class CrashRun {
 public:
  explicit CrashRun(uint64_t seed) : random_(seed) {}

  void Run() {
    const uint64_t lives = 2 + random_.Below(4);
    for (uint64_t life = 0; life < lives; ++life) {
      if (!Open()) return;
      if (!Check()) return;
      Live();
      Die();
    }
    if (Open()) (void)Check();
  }

 private:
  bool Open() {
    // Segments and row groups so small that every run crosses their borders.
    StoreOptions options{.directory = "/data"};
    options.flush_bytes = random_.Below(2) == 0 ? 20'000 : 64u << 20;
    options.compact_inputs_min = 2;
    auto store = Engine::Open(options, files_, SystemClock(), metrics_, 1 + random_.Below(5));
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    if (!store.ok()) return false;
    store_ = std::move(store).value();
    return true;
  }

  // Appends from one or a few callers at once, with flushes and merges in between; somewhere in it
  // the power may go.
  void Live() {
    if (random_.Below(4) != 0) files_.FailFrom(1 + random_.Below(40), Unavailable("power cut"));
    for (uint64_t step = 2 + random_.Below(20); step > 0; --step) {
      if (random_.Below(6) == 0) (void)store_->Flush();
      if (random_.Below(8) == 0) (void)store_->Compact();
      AppendSome(1 + random_.Below(4));
    }
  }

  void AppendSome(uint64_t count) {
    struct Waiting {
      uint64_t batch;
      std::promise<Status> done;
    };
    std::vector<std::unique_ptr<Waiting>> waiting;
    for (; count > 0; --count) {
      waiting.push_back(std::make_unique<Waiting>());
      Waiting& one = *waiting.back();
      one.batch = next_batch_++;
      spans_[one.batch] = 1 + random_.Below(6);
      store_->Append(MakeBatch(one.batch),
                     [&one](Status status) { one.done.set_value(std::move(status)); });
    }
    for (auto& one : waiting) {
      if (one->done.get_future().get().ok()) acknowledged_.insert(one->batch);
    }
  }

  model::SpanBatch MakeBatch(uint64_t batch) const {
    SpanBatchBuilder builder;
    for (uint64_t span = 0; span < spans_.at(batch); ++span) {
      // Some traces come in several batches.
      builder.Add(batch / 3, batch * 100 + span, "batch " + std::to_string(batch), batch, span,
                  {{"n", model::AttributeValue::Int(static_cast<int64_t>(batch * 100 + span))}});
    }
    return builder.Take();
  }

  void Die() {
    files_.CutPower();
    store_.reset();
    files_.Crash(random_);
  }

  bool Check() {
    std::map<uint64_t, uint64_t> found;  // spans of each batch
    ScanRequest request;
    request.columns = {{Field::kTime}, {Field::kDuration}, {Field::kAttribute, "n"}};
    auto stream = store_->Scan(request);
    EXPECT_TRUE(stream.ok());
    while (stream.ok()) {
      auto batch = (*stream)->Next();
      EXPECT_TRUE(batch.ok()) << batch.status().ToString();
      if (!batch.ok() || !*batch) break;
      for (size_t i = 0; i < (*batch)->row_count; ++i) {
        const uint64_t time = (*batch)->column<uint64_t>(0)[i];
        const uint64_t span = (*batch)->column<uint64_t>(1)[i];
        ++found[time];
        EXPECT_EQ((*batch)->column<model::AttributeValue>(2)[i],
                  model::AttributeValue::Int(static_cast<int64_t>(time * 100 + span)));
      }
    }
    for (uint64_t batch : acknowledged_) {
      EXPECT_TRUE(found.contains(batch)) << "acknowledged batch " << batch << " is lost";
    }
    for (const auto& [batch, count] : found) {
      EXPECT_EQ(count, spans_[batch]) << "batch " << batch << " is there in part or twice";
      // It was seen: from now on it has to stay.
      acknowledged_.insert(batch);
    }
    return !testing::Test::HasFailure();
  }

  SeededRandom random_;
  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
  uint64_t next_batch_ = 1;
  std::map<uint64_t, uint64_t> spans_;  // how many each batch has
  std::set<uint64_t> acknowledged_;
};

TEST(CrashTest, AcknowledgedMeansStored) {
  if (const char* seed = std::getenv("SPANHOUND_CRASH_SEED")) {
    return CrashRun(std::strtoull(seed, nullptr, 10)).Run();
  }
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("SPANHOUND_CRASH_SEED=" + std::to_string(seed));
    CrashRun(seed).Run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace spanhound::store
