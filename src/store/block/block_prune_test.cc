#include "store/block/block_prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "store/block/block_writer.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kPath[] = "/block";

class BlockPruneTest : public testing::Test {
 protected:
  void Write(const std::vector<ChunkPtr>& chunks, size_t row_group_rows) {
    auto file = files_.Create(kPath).value();
    ASSERT_TRUE(WriteBlock(*file, chunks, row_group_rows).ok());
    block_ = *BlockReader::Open(files_, kPath);
  }

  std::vector<uint32_t> Groups(const PruneHints& hints) const {
    std::vector<uint32_t> groups(block_->footer().row_groups.size());
    std::iota(groups.begin(), groups.end(), 0);
    const Status status = PruneGroups(*block_, hints, &groups);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return groups;
  }
  std::vector<uint32_t> GroupsWith(Field field, std::string_view key, std::string text) const {
    PruneHints hints;
    hints.any_of = {{{{field, std::string(key)}, {std::move(text)}}}};
    return Groups(hints);
  }
  std::vector<uint32_t> GroupsNamed(std::string name) const {
    PruneHints hints;
    hints.names = {std::move(name)};
    return Groups(hints);
  }
  std::vector<uint32_t> GroupsOf(std::string service) const {
    PruneHints hints;
    hints.services = {std::move(service)};
    return Groups(hints);
  }

  template <typename Cell>
  std::vector<Cell> Cells(size_t group, Field field) {
    rows_.push_back(block_->OpenRows(group).value());
    return **rows_.back()->LoadCells<Cell>({field});
  }

  MemoryFileSystem files_;
  BlockPtr block_;
  std::vector<std::unique_ptr<RowSet>> rows_;
};

TEST_F(BlockPruneTest, NoGroupThatHasAValueIsPruned) {
  std::vector<ChunkPtr> chunks;
  for (uint64_t number = 1; number <= 60; ++number) {
    chunks.push_back(*ChunkOf(RandomBatch(number, 1'000'000).Spans("default")));
  }
  Write(chunks, 10);
  const size_t group_count = block_->footer().row_groups.size();
  ASSERT_GT(group_count, 5u);
  for (uint32_t group = 0; group < group_count; ++group) {
    for (std::string_view name : Cells<std::string_view>(group, Field::kName)) {
      EXPECT_THAT(GroupsNamed(std::string(name)), Contains(group));
    }
    for (const model::Resource* resource : Cells<const model::Resource*>(group, Field::kResource)) {
      EXPECT_THAT(GroupsOf(std::string(resource->service_name())), Contains(group));
    }
    for (const auto& list : Cells<std::span<const model::Attribute>>(group, Field::kAttributes)) {
      for (const model::Attribute& attribute : list) {
        const std::string text = model::ToText(attribute.value);
        for (Field field : {Field::kAttribute, Field::kAnyAttribute}) {
          EXPECT_THAT(GroupsWith(field, attribute.key, text), Contains(group))
              << attribute.key << "=" << text;
        }
      }
    }
  }
}

// Five groups of 20 spans; what is said of each is true of it alone.
TEST_F(BlockPruneTest, OnlyTheGroupsThatHaveAValueAreLeft) {
  SpanBatchBuilder builder;
  for (uint64_t i = 0; i < 100; ++i) {
    const std::string group = std::to_string(i / 20);
    if (i % 20 == 0) builder.Service("service " + group);
    builder.Add(1 + i, 1 + i, builder.Text("name " + group), 1000 + i, 1,
                {{"rare", AttributeValue::String(builder.Text("value " + std::to_string(i)))},
                 {"number", AttributeValue::Int(static_cast<int64_t>(1000 + i))}});
  }
  Write({*ChunkOf(builder.Take())}, 20);
  ASSERT_EQ(block_->footer().row_groups.size(), 5u);
  EXPECT_THAT(GroupsOf("service 3"), ElementsAre(3));
  EXPECT_THAT(GroupsNamed("name 2"), ElementsAre(2));
  EXPECT_THAT(GroupsWith(Field::kResourceAttribute, "service.name", "service 9"), IsEmpty());
  // Filters may err, one time in 256, but not by much.
  size_t errors = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    const auto by_text = GroupsWith(Field::kAttribute, "rare", "value " + std::to_string(i));
    const auto by_number = GroupsWith(Field::kAttribute, "number", std::to_string(1000 + i));
    EXPECT_THAT(by_text, Contains(i / 20));
    EXPECT_THAT(by_number, Contains(i / 20));
    errors += by_text.size() + by_number.size() - 2;
  }
  EXPECT_LT(errors, 20u);  // of 800
}

TEST_F(BlockPruneTest, WhatTheBlockDoesNotHaveLeavesNothing) {
  Write({*ChunkOf(RichSpans())}, 2);
  EXPECT_THAT(GroupsOf("absent"), IsEmpty());
  EXPECT_THAT(GroupsWith(Field::kAttribute, "absent key", "x"), IsEmpty());
  EXPECT_THAT(GroupsWith(Field::kAttribute, "int", "no number"), IsEmpty());
  EXPECT_THAT(GroupsWith(Field::kAnyAttribute, "absent key", "x"), IsEmpty());
}

TEST_F(BlockPruneTest, KeysOfEventsAndLinksLeaveEverythingForAnyAttribute) {
  Write({*ChunkOf(RichSpans())}, 2);
  const size_t group_count = block_->footer().row_groups.size();
  EXPECT_EQ(GroupsWith(Field::kAnyAttribute, "why", "x").size(), group_count);   // of a link
  EXPECT_EQ(GroupsWith(Field::kAnyAttribute, "code", "x").size(), group_count);  // of an event
  EXPECT_THAT(GroupsWith(Field::kAttribute, "code", "x"), IsEmpty());
}

}  // namespace
}  // namespace spanhound::store
