#include "store/scan/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Predicate Equal(Field field, Literal value) {
  return Predicate::Compare({field}, Op::kEqual, std::move(value));
}

Predicate TextEqual(Field field, std::string value) {
  return Predicate::Compare({field, "k"}, Op::kTextEqual, std::move(value));
}

std::string TextOf(const ValueHint& hint) {
  std::string text = std::to_string(static_cast<int>(hint.column.field)) + hint.column.key + "=";
  for (const Literal& value : hint.values) {
    const auto* number = std::get_if<int64_t>(&value);
    text += (number != nullptr ? std::to_string(*number) : std::get<std::string>(value)) + ",";
  }
  return text;
}

std::string HintText(Field field, std::string rest) {
  return std::to_string(static_cast<int>(field)) + rest;
}

// One text a list, its hints joined by '|'.
std::vector<std::string> AnyOf(const Predicate& predicate) {
  std::vector<std::string> out;
  for (const auto& any_of : MakePruneHints({}, predicate).any_of) {
    std::string& text = out.emplace_back();
    for (const ValueHint& hint : any_of) text += (text.empty() ? "" : "|") + TextOf(hint);
  }
  return out;
}

TEST(PruneHints, NarrowTimeAndDuration) {
  const auto at = [](Field field, Op op, int64_t value) {
    return Predicate::Compare({field}, op, value);
  };
  const PruneHints hints = MakePruneHints(
      {5, 100},
      Predicate::And({at(Field::kTime, Op::kGreaterEqual, 10), at(Field::kDuration, Op::kLess, 7),
                      at(Field::kDuration, Op::kGreater, -1)}));
  EXPECT_EQ(hints.min_time, 10u);
  EXPECT_EQ(hints.max_time, 100u);
  EXPECT_EQ(hints.min_duration, 0u);
  EXPECT_EQ(hints.max_duration, 7u);
}

TEST(PruneHints, KeepTheCommonValuesOfConditionsThatAllHold) {
  const PruneHints hints = MakePruneHints(
      {},
      Predicate::And({Predicate::In({Field::kServiceName}, {std::string("a"), std::string("b")}),
                      Equal(Field::kServiceName, std::string("b")),
                      Equal(Field::kName, std::string("n"))}));
  EXPECT_THAT(hints.services, testing::Optional(ElementsAre("b")));
  EXPECT_THAT(hints.names, testing::Optional(ElementsAre("n")));
  EXPECT_THAT(hints.any_of, IsEmpty());
}

TEST(PruneHints, NameAttributeValuesAndStatus) {
  EXPECT_THAT(
      AnyOf(Predicate::And(
          {TextEqual(Field::kAttribute, "1"), TextEqual(Field::kResourceAttribute, "2"),
           Predicate::In({Field::kAnyAttribute, "k"}, {std::string("3"), std::string("4")}),
           Equal(Field::kStatusCode, int64_t{2})})),
      ElementsAre(HintText(Field::kAttribute, "k=1,"), HintText(Field::kResourceAttribute, "k=2,"),
                  HintText(Field::kAnyAttribute, "k=3,4,"), HintText(Field::kStatusCode, "=2,")));
}

TEST(PruneHints, SayNothingWhereOtherRowsMayMatch) {
  EXPECT_THAT(AnyOf(Predicate::Compare({Field::kAttribute, "k"}, Op::kEqual, int64_t{5})),
              IsEmpty());  // 5.0 is equal too, and its text may be another
  EXPECT_THAT(AnyOf(Predicate::Compare({Field::kAttribute, "k"}, Op::kNotEqual, std::string("5"))),
              IsEmpty());
  EXPECT_THAT(
      AnyOf(Predicate::Compare({Field::kScopeAttribute, "k"}, Op::kEqual, std::string("5"))),
      IsEmpty());
  EXPECT_THAT(AnyOf(Equal(Field::kStatusCode, 2.0)), IsEmpty());
  EXPECT_THAT(AnyOf(Predicate::Not(TextEqual(Field::kAttribute, "5"))), IsEmpty());
  EXPECT_THAT(AnyOf(Predicate::In({Field::kAttribute, "k"}, {std::string("5"), int64_t{5}})),
              IsEmpty());
}

TEST(PruneHints, UniteTheBranchesOfAnOr) {
  // Jaeger's error=true.
  EXPECT_THAT(AnyOf(Predicate::Or({Equal(Field::kStatusCode, int64_t{2}),
                                   TextEqual(Field::kAnyAttribute, "true")})),
              ElementsAre(HintText(Field::kStatusCode, "=2,|") +
                          HintText(Field::kAnyAttribute, "k=true,")));
  // An attribute without a scope: of the span, or else of the resource.
  EXPECT_THAT(AnyOf(Predicate::Or(
                  {TextEqual(Field::kAttribute, "v"),
                   Predicate::And({Predicate::Not(Predicate::Exists({Field::kAttribute, "k"})),
                                   TextEqual(Field::kResourceAttribute, "v")})})),
              ElementsAre(HintText(Field::kAttribute, "k=v,|") +
                          HintText(Field::kResourceAttribute, "k=v,")));
  // Of a branch the rarest condition counts.
  EXPECT_THAT(AnyOf(Predicate::Or({Predicate::And({Equal(Field::kServiceName, std::string("s")),
                                                   TextEqual(Field::kAttribute, "v")}),
                                   Equal(Field::kName, std::string("n"))})),
              ElementsAre(HintText(Field::kAttribute, "k=v,|") + HintText(Field::kName, "=n,")));
  EXPECT_THAT(AnyOf(Predicate::Or({TextEqual(Field::kAttribute, "v"),
                                   Predicate::Exists({Field::kAttribute, "other"})})),
              IsEmpty());
  // Nothing satisfies an empty one.
  EXPECT_THAT(AnyOf(Predicate::Or({})), ElementsAre(""));
}

}  // namespace
}  // namespace spanhound::store
