#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/columns/schema.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreTest : public testing::Test {
 protected:
  void Open() {
    store_.reset();
    auto store = Store::Open(options_, files_, SystemClock(), metrics_);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = std::move(store).value();
  }

  std::vector<std::string> Names(Predicate filter = {}, Order order = Order::kOldestFirst) {
    ScanRequest request;
    request.filter = std::move(filter);
    request.order = order;
    request.columns = {{Field::kName}};
    return ScanRows(*store_, std::move(request));
  }

  StoreOptions options_{.directory = "/data"};
  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, AppendIsVisibleOnceAcknowledged) {
  Open();
  SpanBatchBuilder batch;
  batch.Add(1, 1, "b", 20, 5);
  batch.Add(1, 2, "a", 10, 9);
  ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  EXPECT_THAT(Names(), ElementsAre("'a' ", "'b' "));
  EXPECT_THAT(Names({}, Order::kNewestFirst), ElementsAre("'b' ", "'a' "));
  EXPECT_THAT(Names({}, Order::kSlowestFirst), ElementsAre("'a' ", "'b' "));
}

TEST_F(StoreTest, AppendSurvivesReopening) {
  Open();
  SpanBatchBuilder batch;
  batch.Add(1, 1, "kept", 20, 5, {{"k", model::AttributeValue::Int(3)}});
  ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  Open();
  EXPECT_THAT(Names(), ElementsAre("'kept' "));
  EXPECT_THAT(Names(Predicate::Compare({Field::kAttribute, "k"}, Op::kEqual, int64_t{3})),
              ElementsAre("'kept' "));
  EXPECT_THAT(Names(Predicate::Compare({Field::kAttribute, "k"}, Op::kEqual, int64_t{4})),
              IsEmpty());
}

TEST_F(StoreTest, FlushMovesRowsToABlockAndEmptiesTheLog) {
  Open();
  ASSERT_TRUE(AppendAndWait(*store_, RichSpans()).ok());
  ScanRequest request;
  request.order = Order::kOldestFirst;
  for (const StoredColumn& column : StoredColumns(Table::kSpans)) {
    request.columns.push_back({column.field});
  }
  const std::vector<std::string> in_head = ScanRows(*store_, request);
  EXPECT_EQ(in_head.size(), 4u);
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_EQ(ScanRows(*store_, request), in_head);
  EXPECT_THAT(*files_.List("/data/wal"), IsEmpty());
  Open();
  EXPECT_EQ(ScanRows(*store_, request), in_head);
}

TEST_F(StoreTest, SecondOpenIsRefused) {
  Open();
  auto second = Store::Open(options_, files_, SystemClock(), metrics_);
  EXPECT_EQ(second.status().code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace spanhound::store
