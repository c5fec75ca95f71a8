#include "store/columns/event_codec.h"

#include <gtest/gtest.h>

#include "store/encoding/integers.h"

namespace spanhound::store {
namespace {

// Found by block_fuzz: columns of equal values take no bytes, so that a dozen bytes may claim
// millions of events. What decoding takes on the way must come out of the budget as well.
TEST(EventCodec, ClaimedEventsAndTheirTransientsStayWithinTheBudget) {
  std::string bytes;
  const uint64_t counts[] = {1'000'000};
  AppendIntegers(bytes, counts);
  bytes.append(64, '\0');

  Arena arena;
  const uint64_t elements_bytes = counts[0] * sizeof(model::SpanEvent);
  DecodeMemory memory(arena, elements_bytes + elements_bytes / 4);
  ByteReader in(bytes);
  EventRows rows;
  EXPECT_FALSE(ReadEvents(in, 1, memory, &rows));
  EXPECT_EQ(arena.allocated_bytes(), 0u);
}

TEST(EventCodec, EventsComeBack) {
  const model::Attribute attributes[] = {{"k", model::AttributeValue::Int(7)}};
  const model::SpanEvent events[] = {{10, "first", attributes, 1}, {20, "", {}, 0}};
  EventRows rows(3);
  rows[1] = events;
  std::string bytes;
  AppendEvents(bytes, rows);

  Arena arena;
  DecodeMemory memory(arena, 1 << 20);
  ByteReader in(bytes);
  EventRows back;
  ASSERT_TRUE(ReadEvents(in, 3, memory, &back));
  ASSERT_EQ(back.size(), 3u);
  EXPECT_TRUE(back[0].empty() && back[2].empty());
  ASSERT_EQ(back[1].size(), 2u);
  EXPECT_EQ(back[1][0].time_unix_nanos, 10u);
  EXPECT_EQ(back[1][0].name, "first");
  EXPECT_EQ(back[1][0].attributes[0], attributes[0]);
  EXPECT_EQ(back[1][0].dropped_attributes_count, 1u);
  EXPECT_EQ(back[1][1].time_unix_nanos, 20u);
}

}  // namespace
}  // namespace spanhound::store
