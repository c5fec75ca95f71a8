#include "store/compact/plan_retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kHour = 3'600'000'000'000;
constexpr uint64_t kNow = 1000 * kHour;

// 100 bytes, the newest row `hours` old.
BlockEntry Block(uint64_t id, uint64_t hours, std::string tenant = "default") {
  const uint64_t newest = kNow - hours * kHour;
  return {id, Table::kSpans, std::move(tenant), 10, 100, {newest - kHour, newest, 0, 0}, newest};
}

std::vector<std::string> Plan(const std::vector<BlockEntry>& blocks,
                              std::initializer_list<std::string_view> limits,
                              DiskUsage usage = {}) {
  RetentionPolicy policy;
  for (std::string_view limit : limits) {
    const bool is_tenant = limit.find('=') != std::string_view::npos;
    const Status status =
        is_tenant ? AddTenantRetention(limit, &policy) : AddRetention(limit, &policy);
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  std::vector<std::string> drops;
  for (const BlockDrop& drop : PlanRetention(blocks, policy, usage, kNow)) {
    drops.push_back(std::to_string(blocks[drop.position].id) + " " +
                    std::string(kDropReasonNames[static_cast<size_t>(drop.reason)]));
  }
  return drops;
}

// Bytes are too small for the units of flags.
RetentionPolicy BytesPolicy(uint64_t bytes) {
  RetentionPolicy policy;
  policy.store.bytes = bytes;
  return policy;
}

std::vector<uint64_t> Positions(const std::vector<BlockDrop>& drops) {
  std::vector<uint64_t> positions;
  for (const BlockDrop& drop : drops) positions.push_back(drop.position);
  return positions;
}

TEST(PlanRetentionTest, NothingWithoutLimits) {
  EXPECT_THAT(Plan({Block(1, 900), Block(2, 0)}, {}), IsEmpty());
}

TEST(PlanRetentionTest, ByTheAgeOfTheNewestRow) {
  EXPECT_THAT(Plan({Block(1, 23), Block(2, 25), Block(3, 24)}, {"1d"}), ElementsAre("2 age"));
  // Also the last one: nothing that old is kept.
  EXPECT_THAT(Plan({Block(1, 25)}, {"1d"}), ElementsAre("1 age"));
  EXPECT_THAT(Plan({Block(1, 900)}, {"10000w"}), IsEmpty());
}

TEST(PlanRetentionTest, RowsOfTheFutureAgeFromWhenTheyCame) {
  BlockEntry block = Block(1, 25);
  block.bounds.max_time = UINT64_MAX;
  EXPECT_THAT(Plan({block}, {"1d"}), ElementsAre("1 age"));
  block.written_unix_nanos = kNow - 23 * kHour;
  EXPECT_THAT(Plan({block}, {"1d"}), IsEmpty());
  // Nor do they make a block the newest.
  const std::vector<BlockEntry> blocks = {Block(1, 1), block, Block(3, 2)};
  EXPECT_THAT(Positions(PlanRetention(blocks, BytesPolicy(200), {}, kNow)), ElementsAre(1));
}

TEST(PlanRetentionTest, ByBytesOldestFirst) {
  const std::vector<BlockEntry> blocks = {Block(1, 2), Block(2, 4), Block(3, 1), Block(4, 3)};
  EXPECT_THAT(Positions(PlanRetention(blocks, BytesPolicy(400), {}, kNow)), IsEmpty());
  EXPECT_THAT(Positions(PlanRetention(blocks, BytesPolicy(399), {}, kNow)), ElementsAre(1));
  EXPECT_THAT(Positions(PlanRetention(blocks, BytesPolicy(200), {}, kNow)), ElementsAre(1, 3));
  // The log counts, the newest block stays.
  EXPECT_THAT(
      Positions(PlanRetention(blocks, BytesPolicy(200), {.log_bytes = 50, .space = {}}, kNow)),
      ElementsAre(1, 3, 0));
  EXPECT_THAT(Positions(PlanRetention(blocks, BytesPolicy(10), {}, kNow)), ElementsAre(1, 3, 0));
}

TEST(PlanRetentionTest, ByHowFullTheDiskIs) {
  const std::vector<BlockEntry> blocks = {Block(1, 2), Block(2, 4), Block(3, 1), Block(4, 3)};
  EXPECT_THAT(Plan(blocks, {"80%"}, {0, {.used_bytes = 800, .available_bytes = 200}}), IsEmpty());
  EXPECT_THAT(Plan(blocks, {"80%"}, {0, {.used_bytes = 801, .available_bytes = 199}}),
              ElementsAre("2 disk"));
  EXPECT_THAT(Plan(blocks, {"50%"}, {0, {.used_bytes = 700, .available_bytes = 300}}),
              ElementsAre("2 disk", "4 disk"));
  // What goes for its age makes room as well.
  EXPECT_THAT(Plan(blocks, {"3h", "50%"}, {0, {.used_bytes = 700, .available_bytes = 300}}),
              ElementsAre("2 age", "4 disk"));
}

TEST(PlanRetentionTest, TenantsHaveTheirOwnLimits) {
  const std::vector<BlockEntry> blocks = {Block(1, 30, "long"), Block(2, 30), Block(3, 2, "long"),
                                          Block(4, 2)};
  EXPECT_THAT(Plan(blocks, {"1d", "long=1w"}), ElementsAre("2 age"));
  EXPECT_THAT(Plan(blocks, {"long=1d"}), ElementsAre("1 age"));
  RetentionPolicy policy;
  policy.tenants["long"].bytes = 150;
  const auto drops = PlanRetention(blocks, policy, {}, kNow);
  EXPECT_THAT(Positions(drops), ElementsAre(0));
  EXPECT_EQ(drops[0].reason, DropReason::kTenantBytes);
}

TEST(PlanRetentionTest, NoBlockIsDroppedTwice) {
  const std::vector<BlockEntry> blocks = {Block(1, 30), Block(2, 20), Block(3, 10)};
  RetentionPolicy policy = BytesPolicy(150);
  policy.store.age_nanos = 24 * kHour;
  policy.tenants["default"].bytes = 150;
  EXPECT_THAT(Positions(PlanRetention(blocks, policy, {}, kNow)), ElementsAre(0, 1));
}

}  // namespace
}  // namespace spanhound::store
