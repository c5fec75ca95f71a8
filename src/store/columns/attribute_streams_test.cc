#include "store/columns/attribute_streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "base/arena.h"

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;

class AttributeRowsBuilder {
 public:
  void Add(std::vector<Attribute> row) { rows_.push_back(std::move(row)); }
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  AttributeRows rows() const { return {rows_.begin(), rows_.end()}; }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<Attribute>> rows_;
};

void ExpectReadBack(const AttributeRows& rows) {
  std::string bytes;
  AppendAttributeRows(bytes, rows);
  Arena arena;
  DecodeMemory memory(arena, 1u << 30);
  ByteReader in(bytes);
  AttributeRows read;
  ASSERT_TRUE(ReadAttributeRows(in, rows.size(), memory, &read));
  EXPECT_TRUE(in.empty());
  ASSERT_EQ(read.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(read[i], rows[i])) << "row " << i;
  }
}

// Such keys are one another's wrong first guess.
TEST(AttributeStreams, KeysThatDifferInTheirMiddleOnly) {
  AttributeRowsBuilder builder;
  for (int row = 0; row < 50; ++row) {
    std::vector<Attribute> attributes;
    for (int key = 0; key < 26; ++key) {
      const char middle = static_cast<char>('a' + (key + row) % 26);
      attributes.push_back({builder.Keep("http.re" + std::string(3, middle) + ".header.x"),
                            AttributeValue::Int(row * key)});
    }
    builder.Add(std::move(attributes));
  }
  ExpectReadBack(builder.rows());
}

TEST(AttributeStreams, KeysOfEveryShortLengthAndTheirTypes) {
  AttributeRowsBuilder builder;
  std::vector<Attribute> row;
  for (size_t length = 0; length < 20; ++length) {
    const std::string_view key = builder.Keep(std::string(length, 'k'));
    row.push_back({key, AttributeValue::String("text")});
    row.push_back({key, AttributeValue::Int(7)});
    row.push_back({key, {}});
  }
  builder.Add(row);
  std::ranges::reverse(row);
  builder.Add(row);
  ExpectReadBack(builder.rows());
}

TEST(AttributeStreams, AsManyShapesAsRowsAndSomeAgain) {
  AttributeRowsBuilder builder;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t set = 0; set < 500; ++set) {  // the keys whose bit is set
      std::vector<Attribute> row;
      for (int key = 0; key < 9; ++key) {
        if ((set >> key & 1) == 0) continue;
        row.push_back({builder.Keep("key" + std::to_string(key)), AttributeValue::Int(round)});
      }
      builder.Add(std::move(row));
    }
  }
  const AttributeRows rows = builder.rows();
  ExpectReadBack(rows);

  std::string bytes;
  AppendAttributeRows(bytes, rows);
  Arena arena;
  DecodeMemory memory(arena, 1u << 30);
  ByteReader in(bytes);
  AttributeShapes shapes;
  ASSERT_TRUE(ReadShapes(in, rows.size(), memory, &shapes));
  EXPECT_EQ(shapes.shape_count(), 500u);
  EXPECT_EQ(shapes.row_shapes[17], shapes.row_shapes[517]);
}

}  // namespace
}  // namespace spanhound::store
