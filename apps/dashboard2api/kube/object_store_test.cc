#include "dashboard2api/kube/object_store.h"

#include <gtest/gtest.h>

#include <utility>

namespace dashboard2api::kube {
namespace {

Object Named(std::string name_space, std::string name, std::string version) {
  return {std::move(name_space), std::move(name), std::move(version), {}};
}

std::vector<std::string> NamesIn(const ObjectStore& store, std::string_view name_space) {
  std::vector<std::string> names;
  for (const auto& each : store.Read(name_space, kObjectsMax, 0).objects) {
    names.push_back(each->name_space + "/" + each->name + "@" + each->resource_version);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(ObjectStoreTest, AListTakesThePlaceOfEverything) {
  ObjectStore store;
  EXPECT_FALSE(store.synced());
  EXPECT_TRUE(store.Replace({Named("b", "x", "1"), Named("a", "y", "2")}, "5"));
  EXPECT_EQ(NamesIn(store, ""), (Names{"a/y@2", "b/x@1"}));
  EXPECT_TRUE(store.Replace({Named("a", "z", "7")}, "8"));
  EXPECT_EQ(NamesIn(store, ""), Names{"a/z@7"});
  EXPECT_EQ(store.Read("", 1, 0).resource_version, "8");
}

TEST(ObjectStoreTest, Events) {
  ObjectStore store;
  store.Replace({Named("a", "x", "1")}, "1");
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kChanged, Named("a", "x", "2")}));
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kChanged, Named("a", "y", "3")}));
  EXPECT_EQ(NamesIn(store, ""), (Names{"a/x@2", "a/y@3"}));
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kDeleted, Named("a", "x", "4")}));
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kDeleted, Named("a", "unknown", "5")}));
  EXPECT_EQ(NamesIn(store, ""), Names{"a/y@3"});
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kBookmark, Named("", "", "9")}));
  EXPECT_EQ(store.Read("", 1, 0).resource_version, "9");
}

TEST(ObjectStoreTest, OneNamespaceAndALimit) {
  ObjectStore store;
  store.Replace({Named("a", "x", "1"), Named("aa", "x", "1"), Named("a-", "x", "1"),
                 Named("a", "y", "1"), Named("", "node", "1")},
                "1");
  EXPECT_EQ(NamesIn(store, "a"), (Names{"a/x@1", "a/y@1"}));
  EXPECT_EQ(NamesIn(store, "b"), Names{});
  const Snapshot first = store.Read("a", 1, 0);
  EXPECT_EQ(first.objects.size(), 1u);
  EXPECT_EQ(first.total, 2u);
  EXPECT_EQ(store.Read("", kObjectsMax, 0).total, 5u);
}

TEST(ObjectStoreTest, SaysSinceWhenItMayBeOld) {
  ObjectStore store;
  EXPECT_FALSE(store.Read("", 1, 100).problem.empty());
  store.Replace({}, "1");
  EXPECT_EQ(store.Read("", 1, 200).problem, "");
  EXPECT_EQ(store.Read("", 1, 200).as_of_ms, 200);
  store.SetProblem("down", 300);
  store.SetProblem("still down", 400);
  EXPECT_EQ(store.Read("", 1, 500).as_of_ms, 300);
  EXPECT_EQ(store.Read("", 1, 500).problem, "still down");
  store.ClearProblem();
  EXPECT_EQ(store.Read("", 1, 600).as_of_ms, 600);
}

TEST(ObjectStoreTest, WhatWasReadStaysAsItWas) {
  ObjectStore store;
  store.Replace({Named("a", "x", "1")}, "1");
  const Snapshot before = store.Read("", 1, 0);
  store.Apply({WatchEvent::Type::kChanged, Named("a", "x", "2")});
  EXPECT_EQ(before.objects[0]->resource_version, "1");
}

TEST(ObjectStoreTest, HasALimit) {
  ObjectStore store;
  std::vector<Object> many;
  for (std::size_t i = 0; i < kObjectsMax; ++i) many.push_back(Named("", std::to_string(i), "1"));
  EXPECT_TRUE(store.Replace(many, "1"));
  EXPECT_FALSE(store.Apply({WatchEvent::Type::kChanged, Named("", "one more", "2")}));
  EXPECT_TRUE(store.Apply({WatchEvent::Type::kChanged, Named("", "7", "3")}));
  many.push_back(Named("", "one more", "1"));
  EXPECT_FALSE(store.Replace(std::move(many), "4"));
  EXPECT_EQ(store.Read("", 1, 0).resource_version, "3");
}

}  // namespace
}  // namespace dashboard2api::kube
