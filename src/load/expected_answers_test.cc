#include "load/expected_answers.h"

#include <gtest/gtest.h>

#include <vector>

namespace spanhound::load {
namespace {

model::TraceId Trace(uint8_t number) {
  model::TraceId id;
  id.bytes[15] = number;
  return id;
}

class ExpectedAnswersTest : public testing::Test {
 protected:
  ExpectedAnswersTest() {
    cart_[0] = {"service.name", model::AttributeValue::String("cart")};
    frontend_[0] = {"service.name", model::AttributeValue::String("frontend")};
    batch_.resources.resize(2);
    batch_.resources[0].attributes = cart_;
    batch_.resources[1].attributes = frontend_;
    user_[0] = {"user.id", model::AttributeValue::String("u1")};
  }

  model::Span& Add(uint8_t trace, uint64_t start, uint32_t resource) {
    model::Span& span = batch_.spans.emplace_back();
    span.trace_id = Trace(trace);
    span.start_unix_nanos = start;
    span.end_unix_nanos = start + 100;
    span.resource_index = resource;
    span.name = "GET";
    return span;
  }
  std::vector<model::TraceId> Answer(const Search& search, size_t limit = 2) {
    ExpectedAnswers expected(limit);
    size_t number = expected.Register(search);
    expected.Add(batch_);
    return expected.Newest(number);
  }

  using Traces = std::vector<model::TraceId>;
  model::Attribute cart_[1], frontend_[1], user_[1];
  model::SpanBatch batch_;
};

TEST_F(ExpectedAnswersTest, NewestFirstByTheNewestMatchingSpan) {
  Add(1, 50, 0);
  Add(2, 10, 0);
  Add(3, 30, 0);
  Add(2, 40, 0);   // lifts trace 2 over trace 3
  Add(3, 900, 1);  // of another service
  EXPECT_EQ(Answer({.service = "cart"}), (Traces{Trace(1), Trace(2)}));
  EXPECT_EQ(Answer({.service = "cart"}, 3), (Traces{Trace(1), Trace(2), Trace(3)}));
  EXPECT_EQ(Answer({}), (Traces{Trace(3), Trace(1)}));
  EXPECT_EQ(Answer({.service = "nobody"}), Traces{});
}

TEST_F(ExpectedAnswersTest, ATraceThatFellOutComesBack) {
  Add(1, 10, 0);
  Add(2, 20, 0);
  Add(3, 30, 0);
  Add(1, 40, 0);
  EXPECT_EQ(Answer({.service = "cart"}), (Traces{Trace(1), Trace(3)}));
}

TEST_F(ExpectedAnswersTest, OneSpanMustSatisfyEverything) {
  Add(1, 10, 0).attributes = user_;
  Add(2, 20, 1).attributes = user_;
  Add(2, 30, 0);
  Add(3, 40, 0).status_code = model::StatusCode::kError;
  Add(4, 50, 0).name = "POST";
  Add(5, 60, 0).end_unix_nanos = 1'060;
  EXPECT_EQ(Answer({.key = "user.id", .value = "u1"}), (Traces{Trace(2), Trace(1)}));
  EXPECT_EQ(Answer({.service = "cart", .key = "user.id", .value = "u1"}), Traces{Trace(1)});
  EXPECT_EQ(Answer({.key = "other", .value = "u1"}), Traces{});
  EXPECT_EQ(Answer({.key = "user.id", .value = "u2"}), Traces{});
  EXPECT_EQ(Answer({.is_error = true}), Traces{Trace(3)});
  EXPECT_EQ(Answer({.service = "cart", .operation = "POST"}), Traces{Trace(4)});
  EXPECT_EQ(Answer({.min_duration_nanos = 1'000}), Traces{Trace(5)});
  EXPECT_EQ(Answer({.min_duration_nanos = 1'001}), Traces{});
}

TEST_F(ExpectedAnswersTest, PartsMergeToTheWhole) {
  ExpectedAnswers whole(2);
  size_t search = whole.Register({.service = "cart"});
  EXPECT_EQ(whole.Register({.service = "cart"}), search);
  ExpectedAnswers other = whole;
  Add(1, 10, 0);
  Add(2, 30, 0);
  whole.Add(batch_);
  batch_.spans.clear();
  Add(1, 40, 0);
  Add(3, 20, 0);
  other.Add(batch_);
  whole.Merge(other);
  EXPECT_EQ(whole.Newest(search), (Traces{Trace(1), Trace(2)}));
  EXPECT_EQ(whole.spans_by_service().at("cart"), 4u);
}

}  // namespace
}  // namespace spanhound::load
