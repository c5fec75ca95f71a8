#include "store/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/engine.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;

constexpr size_t kRowGroupRows = 64;

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    auto store =
        Engine::Open({.directory = "/data"}, files_, SystemClock(), metrics_, kRowGroupRows);
    EXPECT_TRUE(store.ok());
    store_ = std::move(store).value();
  }

  // Spans of one second each from `first` on, with their second as a value.
  void Append(int first, int count) {
    SpanBatchBuilder batch;
    for (int i = first; i < first + count; ++i) {
      batch.Add(i + 1, 1, "span", i * 1'000'000'000ull, 5, {{"second", AttributeValue::Int(i)}});
    }
    ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  }

  static AttributeRequest Seconds() {
    AttributeRequest request;
    request.field = Field::kAttribute;
    request.key = "second";
    return request;
  }

  DataSnapshot Blocks() {
    DataSnapshot data;
    const auto names = files_.List("/data/blocks");
    EXPECT_TRUE(names.ok());
    for (const std::string& name : *names) {
      auto block = BlockReader::Open(files_, "/data/blocks/" + name);
      EXPECT_TRUE(block.ok());
      data.blocks.push_back(*block);
    }
    return data;
  }

  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
};

TEST_F(CompletionTest, HeadAndBlocksTogether) {
  Append(0, 100);
  ASSERT_TRUE(store_->Flush().ok());
  Append(50, 100);
  const auto values = store_->AttributeValues(Seconds());
  ASSERT_TRUE(values.ok());
  EXPECT_TRUE(values->is_complete);
  EXPECT_EQ(values->total, 150u);
  EXPECT_EQ(values->entries.front().count, 2u);
  const auto keys = store_->AttributeKeys(AttributeRequest());
  ASSERT_TRUE(keys.ok());
  EXPECT_TRUE(keys->is_complete);
  ASSERT_EQ(keys->entries.size(), 2u);
  EXPECT_EQ(keys->entries[0].key, "second");
  EXPECT_EQ(keys->entries[0].count, 200u);
  EXPECT_EQ(keys->entries[1].key, "service.name");
}

TEST_F(CompletionTest, PastTheRowsOnlyTheNewestCountAndItSaysSo) {
  Append(0, 100);
  ASSERT_TRUE(store_->Flush().ok());
  Append(100, 200);
  ASSERT_TRUE(store_->Flush().ok());
  const auto values = ListAttributeValues(Seconds(), Blocks(), {.rows_left = 3 * kRowGroupRows});
  ASSERT_TRUE(values.ok());
  EXPECT_FALSE(values->is_complete);
  int oldest = 300;
  for (const AttributeValueEntry& entry : values->entries) {
    oldest = std::min(oldest, std::stoi(entry.text));
  }
  EXPECT_GE(oldest, 100);
  EXPECT_GT(values->total, 2 * kRowGroupRows);
  const auto keys =
      ListAttributeKeys(AttributeRequest(), Blocks(), {.rows_left = 3 * kRowGroupRows});
  ASSERT_TRUE(keys.ok());
  EXPECT_FALSE(keys->is_complete);
  const auto whole = ListAttributeValues(Seconds(), Blocks(), {.rows_left = 300});
  EXPECT_TRUE(whole->is_complete);
  EXPECT_EQ(whole->total, 300u);
}

// Keys of the rows' own attributes are counted from footers, whatever the budget of rows.
TEST_F(CompletionTest, OwnKeysOfBlocksNeedNoRows) {
  Append(0, 100);
  ASSERT_TRUE(store_->Flush().ok());
  Append(100, 200);
  Append(0, 100);
  ASSERT_TRUE(store_->Flush().ok());
  AttributeRequest request;
  request.field = Field::kAttribute;
  const auto keys = ListAttributeKeys(request, Blocks(), {.rows_left = 0});
  ASSERT_TRUE(keys.ok());
  EXPECT_TRUE(keys->is_complete);
  ASSERT_EQ(keys->entries.size(), 1u);
  EXPECT_EQ(keys->entries[0].key, "second");
  EXPECT_EQ(keys->entries[0].type, model::ValueType::kInt);
  EXPECT_EQ(keys->entries[0].count, 400u);
  request.field = Field::kResourceAttribute;
  EXPECT_FALSE(ListAttributeKeys(request, Blocks(), {.rows_left = 0})->is_complete);
}

TEST_F(CompletionTest, KeysOfTheRestAreCountedFromRows) {
  SpanBatchBuilder batch;
  for (uint64_t span = 0; span < 40; ++span) {
    auto list = batch.batch().memory.arena().AllocateArray<model::Attribute>(30);
    for (uint64_t at = 0; at < list.size(); ++at) {
      new (&list[at]) model::Attribute{batch.Text("key" + std::to_string(span * 30 + at)),
                                       AttributeValue::Bool(true)};
    }
    batch.Add(1, 1 + span, "span", 1, 1).attributes = list;
  }
  ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  ASSERT_TRUE(store_->Flush().ok());
  AttributeRequest request;
  request.field = Field::kAttribute;
  const auto keys = ListAttributeKeys(request, Blocks());
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->total, 1200u);
  EXPECT_EQ(keys->entries.front().count, 1u);
}

TEST_F(CompletionTest, CutListingsAreCounted) {
  SpanBatchBuilder batch;
  const std::string long_key(kListingTextBytesMax + 1, 'k');
  batch.Add(1, 1, "span", 1, 1, {{long_key, AttributeValue::Int(1)}});
  ASSERT_TRUE(AppendAndWait(*store_, batch.Take()).ok());
  EXPECT_FALSE(store_->AttributeKeys(AttributeRequest())->is_complete);
  EXPECT_THAT(metrics_.PrometheusText(),
              testing::HasSubstr("\nspanhound_store_listings_cut_total 1\n"));
}

TEST_F(CompletionTest, WrongPlacesAndCancelledQuestions) {
  Append(0, 1);
  AttributeRequest request;
  EXPECT_EQ(store_->AttributeValues(request).status().code(), Code::kInvalidArgument);
  for (Field field : {Field::kName, Field::kAnyAttribute}) {
    request.field = field;
    EXPECT_EQ(store_->AttributeKeys(request).status().code(), Code::kInvalidArgument);
  }
  request.table = Table::kLogs;
  request.field = Field::kEventAttribute;
  EXPECT_EQ(store_->AttributeKeys(request).status().code(), Code::kInvalidArgument);
  const std::atomic<bool> cancelled = true;
  request = Seconds();
  request.cancelled = &cancelled;
  EXPECT_EQ(store_->AttributeKeys(request).status().code(), Code::kCancelled);
  EXPECT_EQ(store_->AttributeValues(request).status().code(), Code::kCancelled);
}

TEST_F(CompletionTest, AnotherTenantHasNothing) {
  Append(0, 10);
  AttributeRequest request = Seconds();
  request.tenant = "other";
  EXPECT_EQ(store_->AttributeValues(request)->total, 0u);
  EXPECT_EQ(store_->AttributeKeys(request)->total, 0u);
}

TEST_F(CompletionTest, DamageIsReported) {
  Append(0, 100);
  ASSERT_TRUE(store_->Flush().ok());
  const auto names = files_.List("/data/blocks");
  ASSERT_EQ(names->size(), 1u);
  const std::string path = "/data/blocks/" + names->front();
  std::string bytes = files_.Bytes(path);
  for (size_t i = 16; i < bytes.size() / 2; ++i) bytes[i] ^= 0x55;
  files_.SetBytes(path, bytes);
  EXPECT_EQ(ListAttributeKeys(AttributeRequest(), Blocks()).status().code(), Code::kDataLoss);
  EXPECT_EQ(ListAttributeValues(Seconds(), Blocks()).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace spanhound::store
