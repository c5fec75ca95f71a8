#include "dashboard2api/kube/namespace_list.h"

#include <gtest/gtest.h>

#include <string>

namespace dashboard2api::kube {
namespace {

TEST(NamespaceListTest, ReadsAPage) {
  const auto page = ParseNamespacePage(R"({
    "kind": "NamespaceList", "apiVersion": "v1",
    "metadata": {"resourceVersion": "196", "continue": "abc", "remainingItemCount": 1},
    "items": [{"metadata": {"name": "kube-system", "uid": "u1",
                            "creationTimestamp": "2023-11-04T14:11:37Z",
                            "labels": {"kubernetes.io/metadata.name": "kube-system", "bad": 7}},
               "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}]})");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->resource_version, "196");
  EXPECT_EQ(page->continue_token, "abc");
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].name, "kube-system");
  EXPECT_EQ(page->items[0].phase, "Active");
  EXPECT_EQ(page->items[0].creation_timestamp, "2023-11-04T14:11:37Z");
  EXPECT_EQ(page->items[0].labels.size(), 1u);
}

TEST(NamespaceListTest, EmptyLists) {
  EXPECT_TRUE(ParseNamespacePage(R"({"kind":"NamespaceList","items":[]})").has_value());
  EXPECT_TRUE(ParseNamespacePage(R"({"kind":"NamespaceList","items":null})").has_value());
}

TEST(NamespaceListTest, RefusesWhatIsNoNamespaceList) {
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"),
        std::string(R"({"kind":"PodList","items":[]})"), std::string(R"({"kind":"NamespaceList"})"),
        std::string(R"({"kind":"NamespaceList","items":{}})"),
        std::string(R"({"kind":"NamespaceList","items":[7]})"),
        std::string(R"({"kind":"NamespaceList","items":[{"metadata":{"name":7}}]})"),
        std::string(100'000, '[')}) {
    EXPECT_FALSE(ParseNamespacePage(bad).has_value()) << bad.substr(0, 80);
  }
}

TEST(NamespaceListTest, StatusMessages) {
  EXPECT_EQ(StatusMessage(R"({"kind":"Status","message":"forbidden","code":403})"), "forbidden");
  EXPECT_EQ(StatusMessage("<html>"), "");
  EXPECT_EQ(StatusMessage(R"({"kind":"Status","message":{}})"), "");
}

}  // namespace
}  // namespace dashboard2api::kube
