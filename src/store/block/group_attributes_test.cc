#include "store/block/group_attributes.h"

#include <gtest/gtest.h>

#include <numeric>

#include "store/block/block_writer.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;

constexpr char kPath[] = "/block";

// A block of one row group, and of every span its attributes by span id.
class GroupAttributesTest : public testing::Test {
 protected:
  void Write(model::SpanBatch batch) {
    const ChunkPtr chunk = *ChunkOf(batch);
    auto file = files_.Create(kPath).value();
    ASSERT_TRUE(WriteBlock(*file, {&chunk, 1}, kRowGroupRows).ok());
    block_ = *BlockReader::Open(files_, kPath);
    ASSERT_EQ(block_->footer().row_groups.size(), 1u);
    directory_ = *block_->Directory(0);
    row_count_ = block_->footer().row_groups[0].row_count;
    rows_ = block_->OpenRows(0).value();
    ids_ = **rows_->LoadCells<model::SpanId>({Field::kSpanId});
    batch_ = std::move(batch);
    for (const model::Span& span : batch_.spans) by_id_[span.span_id] = span.attributes;
  }

  GroupAttributes Open() { return {*block_, directory_, row_count_, memory_, 0}; }

  std::vector<uint32_t> EveryNthRow(uint32_t n) const {
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < row_count_; row += n) rows.push_back(row);
    return rows;
  }

  // As `has_order` says attributes come in their order, or sorted.
  void CheckLists(bool has_order) {
    const auto sorted = [has_order](std::span<const Attribute> attributes) {
      std::vector<Attribute> list(attributes.begin(), attributes.end());
      if (!has_order) std::ranges::stable_sort(list, {}, [](const auto& a) { return a.key; });
      return list;
    };
    for (uint32_t n : {1u, 3u, 100u}) {
      GroupAttributes attributes = Open();
      const std::vector<uint32_t> rows = EveryNthRow(n);
      AttributeRows lists;
      ASSERT_TRUE(attributes.Lists(rows, &lists).ok());
      for (size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(sorted(lists[i]), sorted(by_id_.at(ids_[rows[i]])));
      }
    }
  }

  void CheckValuesOf(std::string_view key) {
    GroupAttributes attributes = Open();
    const std::vector<uint32_t> rows = EveryNthRow(2);
    std::vector<AttributeValue> values;
    ASSERT_TRUE(attributes.ValuesOf(key, rows, &values).ok());
    std::vector<uint8_t> mask(rows.size(), 1);
    const auto is_present = [](const AttributeValue& value) {
      return value.type != model::ValueType::kEmpty;
    };
    ASSERT_TRUE(attributes.KeepRowsWith(key, rows, ValueCondition(is_present), mask).ok());
    bool any = false;
    for (size_t i = 0; i < rows.size(); ++i) {
      const AttributeValue* wanted = model::FindAttribute(by_id_.at(ids_[rows[i]]), key);
      EXPECT_EQ(values[i], wanted == nullptr ? AttributeValue() : *wanted);
      EXPECT_EQ(mask[i] != 0, wanted != nullptr && is_present(*wanted));
      any = any || wanted != nullptr;
    }
    EXPECT_TRUE(!any || attributes.MayHave(key));
    CheckRowsWith(key, AttributeValue::Int(3));
    CheckRowsWith(key, AttributeValue());
    CheckRowsWith(key, AttributeValue::Int(77));
  }

  // Of all rows, of which every third is not wanted.
  void CheckRowsWith(std::string_view key, const AttributeValue& wanted) {
    const ValueCondition condition([&](const AttributeValue& value) { return value == wanted; });
    const std::vector<uint32_t> rows = EveryNthRow(1);
    for (int again = 0; again < 2; ++again) {
      std::vector<uint8_t> mask(rows.size(), 1);
      for (size_t i = 0; i < mask.size(); i += 3) mask[i] = 0;
      ASSERT_TRUE(Open().KeepRowsWith(key, rows, condition, mask).ok());
      for (size_t i = 0; i < rows.size(); ++i) {
        const AttributeValue* found = model::FindAttribute(by_id_.at(ids_[rows[i]]), key);
        const bool holds = (found == nullptr ? AttributeValue() : *found) == wanted;
        EXPECT_EQ(mask[i] != 0, holds && i % 3 != 0);
      }
    }
  }

  MemoryFileSystem files_;
  model::SpanBatch batch_;
  BlockPtr block_;
  GroupDirectory directory_;
  size_t row_count_ = 0;
  std::unique_ptr<RowSet> rows_;
  std::vector<model::SpanId> ids_;
  std::map<model::SpanId, std::span<const Attribute>> by_id_;
  Arena arena_;
  DecodeMemory memory_{arena_, 256u << 20};
};

// `key_count` keys of which span i has those that bits of a hash say.
model::SpanBatch SpansOf(uint64_t count, uint64_t key_count, uint64_t kinds) {
  SpanBatchBuilder builder;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t bits = (i % kinds) * 2654435761u;
    std::vector<Attribute> attributes;
    for (uint64_t key = 0; key < key_count; ++key) {
      if ((bits >> (key % 31) & 1) == 0) continue;
      attributes.push_back({builder.Text("k" + std::to_string(key)),
                            AttributeValue::Int(static_cast<int64_t>(i % 5))});
    }
    model::Span& span = builder.Add(1 + i / 4, 1 + i, "span", 1000 + i, 1);
    auto list = builder.batch().memory.arena().AllocateArray<Attribute>(attributes.size());
    std::uninitialized_copy(attributes.begin(), attributes.end(), list.begin());
    span.attributes = list;
  }
  return builder.Take();
}

TEST_F(GroupAttributesTest, ShapesKeepTheOrder) {
  Write(SpansOf(400, 12, 200));
  EXPECT_GT(directory_.shapes.bytes, 0u);
  CheckLists(true);
  for (const char* key : {"k0", "k7", "absent"}) CheckValuesOf(key);
}

TEST_F(GroupAttributesTest, IrregularRowsKeepTheirAttributes) {
  Write(SpansOf(1200, 12, 1200));
  EXPECT_EQ(directory_.shapes.bytes, 0u);
  CheckLists(false);
  for (const char* key : {"k0", "k7", "absent"}) CheckValuesOf(key);
}

TEST_F(GroupAttributesTest, EveryTypeAndKeysThatComeTwice) {
  Write(RichSpans());
  CheckLists(true);
  for (const char* key : {"text", "none", "list", "huge"}) CheckValuesOf(key);
}

TEST_F(GroupAttributesTest, KeysOfTheRest) {
  Write(SpansOf(60, 1500, 60));
  CheckLists(false);
  for (const char* key : {"k0", "k1499", "k1000"}) CheckValuesOf(key);
}

TEST_F(GroupAttributesTest, EveryValueIsVisitedOnce) {
  Write(RichSpans());
  GroupAttributes attributes = Open();
  size_t own_count = 0;
  size_t text_count = 0;
  ASSERT_TRUE(attributes
                  .ForEach([&](uint32_t, uint32_t place, const AttributeValue&) {
                    const uint32_t column = directory_.values[place].column;
                    const bool is_own =
                        block_->footer().columns[column].id.field == Field::kAttributes;
                    ++(is_own ? own_count : text_count);
                  })
                  .ok());
  size_t wanted = 0;
  for (const model::Span& span : batch_.spans) wanted += span.attributes.size();
  EXPECT_EQ(own_count, wanted);
  EXPECT_EQ(text_count % row_count_, 0u);  // of text fields every row has a value
}

}  // namespace
}  // namespace spanhound::store
