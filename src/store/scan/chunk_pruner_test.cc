#include "store/scan/chunk_pruner.h"

#include <gtest/gtest.h>

#include "store/columns/batch_columns.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

class ChunkPrunerTest : public testing::Test {
 protected:
  ChunkPrunerTest() {
    SpanBatchBuilder batch;
    batch.Service("shop");
    batch.Add(1, 1, "name", 100, 50, {{"color", model::AttributeValue::String("red")}});
    chunk_ = *ChunkOf(batch.Take());
  }

  bool MayHold(const Predicate& predicate) const {
    const PruneHints hints = MakePruneHints({}, predicate);
    return ChunkPruner(hints).MayHold(*chunk_);
  }
  static Predicate Is(Field field, std::string key, std::string text) {
    return Predicate::Compare({field, std::move(key)}, Op::kEqual, std::move(text));
  }

  ChunkPtr chunk_;
};

TEST_F(ChunkPrunerTest, BoundsAndTraces) {
  EXPECT_TRUE(MayHold(Predicate()));
  EXPECT_TRUE(MayHold(Predicate::Compare({Field::kDuration}, Op::kGreater, int64_t{49})));
  EXPECT_FALSE(MayHold(Predicate::Compare({Field::kDuration}, Op::kGreater, int64_t{51})));
  const auto trace = [](uint64_t number) {
    return std::string(IdOf<model::TraceId>(number).view());
  };
  EXPECT_TRUE(MayHold(Predicate::In({Field::kTraceId}, {trace(7), trace(1)})));
  EXPECT_FALSE(MayHold(Predicate::In({Field::kTraceId}, {trace(7), trace(8)})));
}

TEST_F(ChunkPrunerTest, Attributes) {
  for (Field field : {Field::kAttribute, Field::kAnyAttribute}) {
    EXPECT_TRUE(MayHold(Is(field, "color", "red")));
    EXPECT_FALSE(MayHold(Is(field, "color", "blue")));
    EXPECT_FALSE(MayHold(Is(field, "taste", "red")));
  }
  EXPECT_TRUE(MayHold(Is(Field::kAnyAttribute, "service.name", "shop")));
  const Predicate red = Is(Field::kAttribute, "color", "red");
  const Predicate blue = Is(Field::kAttribute, "color", "blue");
  EXPECT_TRUE(MayHold(Predicate::Or({blue, red})));
  EXPECT_FALSE(MayHold(Predicate::And({blue, red})));
  EXPECT_TRUE(MayHold(Predicate::Not(blue)));
  // The name of a span is in no filter.
  EXPECT_TRUE(MayHold(Predicate::Or({blue, Is(Field::kName, {}, "other")})));
}

}  // namespace
}  // namespace spanhound::store
