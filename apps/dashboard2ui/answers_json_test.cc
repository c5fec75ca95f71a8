#include "dashboard2ui/answers_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dashboard2ui {
namespace {

namespace pb = WeiYun::Dashboard2api;
using nlohmann::json;

constexpr char kMarkup[] = "<img src=x onerror=alert(1)>\"\xFF";

TEST(AnswersJsonTest, Namespaces) {
  pb::GetNameSpacesResponse response;
  response.set_total(1);
  response.mutable_source()->set_name("redis");
  auto* each = response.add_name_spaces();
  each->set_name("default");
  each->set_resource_version("5");
  each->set_phase("Active");
  each->set_creation_timestamp("2023-11-04T14:11:37Z");
  (*each->mutable_labels())["a"] = "1";
  EXPECT_EQ(ToJson(response),
            "{\"source\":{\"name\":\"redis\",\"asOfMs\":0,\"resourceVersion\":\"\"},"
            "\"total\":1,\"namespaces\":[{\"name\":\"default\",\"resourceVersion\":"
            "\"5\",\"phase\":\"Active\","
            "\"created\":\"2023-11-04T14:11:37Z\",\"labels\":{\"a\":\"1\"}}]}\n");
}

TEST(AnswersJsonTest, NodesWithAndWithoutUsage) {
  pb::GetNodesResponse response;
  response.set_usage_missing("no metrics");
  response.mutable_source()->set_warning("old");
  response.add_nodes()->set_name("n1");
  pb::Node* measured = response.add_nodes();
  measured->set_cpu_millis(4000);
  measured->set_cpu_requested_millis(300);
  measured->mutable_usage()->set_cpu_millis(250);
  const json parsed = json::parse(ToJson(response));
  EXPECT_EQ(parsed["usageMissing"], "no metrics");
  EXPECT_EQ(parsed["source"]["warning"], "old");
  EXPECT_TRUE(parsed["nodes"][0]["usage"].is_null());
  EXPECT_EQ(parsed["nodes"][1]["usage"]["cpuMillis"], 250);
  EXPECT_EQ(parsed["nodes"][1]["allocatable"]["cpuMillis"], 4000);
  EXPECT_EQ(parsed["nodes"][1]["requested"]["cpuMillis"], 300);
}

TEST(AnswersJsonTest, HostileTextsStayTexts) {
  pb::GetPodsResponse pods;
  pods.add_pods()->set_name(kMarkup);
  pods.set_total(9);
  const json parsed = json::parse(ToJson(pods));
  EXPECT_EQ(parsed["pods"][0]["name"], "<img src=x onerror=alert(1)>\"\xEF\xBF\xBD");
  EXPECT_EQ(parsed["total"], 9);

  pb::GetDeploymentsResponse deployments;
  deployments.add_deployments()->set_name(kMarkup);
  EXPECT_EQ(json::parse(ToJson(deployments))["deployments"].size(), 1u);
  pb::GetServicesResponse services;
  services.add_services()->add_ports("80/TCP");
  EXPECT_EQ(json::parse(ToJson(services))["services"][0]["ports"][0], "80/TCP");
}

TEST(AnswersJsonTest, ErrorsTakeAnyBytes) {
  EXPECT_EQ(ErrorJson("INTERNAL", "a \"b\"\n", "ff"),
            "{\"error\":\"a \\\"b\\\"\\n\",\"code\":\"INTERNAL\",\"trace_id\":\"ff\"}\n");
  EXPECT_EQ(ErrorJson("INTERNAL", "\xFF", ""),
            "{\"error\":\"\xEF\xBF\xBD\",\"code\":\"INTERNAL\",\"trace_id\":\"\"}\n");
}

}  // namespace
}  // namespace dashboard2ui
