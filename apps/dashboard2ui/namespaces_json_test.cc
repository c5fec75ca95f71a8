#include "dashboard2ui/namespaces_json.h"

#include <gtest/gtest.h>

namespace dashboard2ui {
namespace {

TEST(NamespacesJsonTest, Namespaces) {
  WeiYun::Dashboard2api::GetNameSpacesResponse response;
  EXPECT_EQ(NamespacesJson(response), "{\"resourceVersion\":\"\",\"namespaces\":[]}\n");
  response.set_resource_version("7");
  auto* each = response.add_name_spaces();
  each->set_name("default");
  each->set_phase("Active");
  each->set_creation_timestamp("2023-11-04T14:11:37Z");
  (*each->mutable_labels())["a"] = "1";
  EXPECT_EQ(NamespacesJson(response),
            "{\"resourceVersion\":\"7\",\"namespaces\":[{\"name\":\"default\",\"phase\":\"Active\","
            "\"created\":\"2023-11-04T14:11:37Z\",\"labels\":{\"a\":\"1\"}}]}\n");
}

TEST(NamespacesJsonTest, ErrorsTakeAnyBytes) {
  EXPECT_EQ(ErrorJson("INTERNAL", "a \"b\"\n", "ff"),
            "{\"error\":\"a \\\"b\\\"\\n\",\"code\":\"INTERNAL\",\"trace_id\":\"ff\"}\n");
  EXPECT_EQ(ErrorJson("INTERNAL", "\xFF", ""),
            "{\"error\":\"\xEF\xBF\xBD\",\"code\":\"INTERNAL\",\"trace_id\":\"\"}\n");
}

}  // namespace
}  // namespace dashboard2ui
