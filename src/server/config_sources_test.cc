#include "server/config_sources.h"

#include <gtest/gtest.h>

namespace spanhound::server {
namespace {

TEST(ConfigSources, TheLastOneWinsAndIsNamed) {
  const config::GivenValue given[] = {{"query-port", {"1"}, "f.yaml line 1"},
                                      {"query-port", {"2"}, "SPANHOUND_QUERY_PORT"},
                                      {"data", {"/d"}, "f.yaml line 2"}};
  auto config = ApplySettings(given);
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->config.query_port.port, 2);
  EXPECT_EQ(config->config.data_directory, "/d");
  EXPECT_EQ(config->config.admin_port.port, 14269);
  const std::string text = ConfigText(*config);
  EXPECT_NE(text.find("query-port: 2"), std::string::npos);
  EXPECT_NE(text.find("# SPANHOUND_QUERY_PORT\n"), std::string::npos);
  EXPECT_EQ(text.find("f.yaml line 1\n"), std::string::npos);
}

TEST(ConfigSources, WhatIsPrintedReadsBackAsItself) {
  const config::GivenValue given[] = {{"data", {"/with space/and: \"quote\" \\ #"}, "x"},
                                      {"retention", {"7d", "80%"}, "x"},
                                      {"allowed-host", {"-", "true", "*"}, "x"},
                                      {"query-port", {"[::1]:80"}, "x"}};
  auto config = ApplySettings(given);
  ASSERT_TRUE(config.ok());
  auto read = config::ParseConfigFile(ConfigText(*config), "printed");
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  auto again = ApplySettings(*read);
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  ASSERT_EQ(again->settings.size(), config->settings.size());
  for (size_t i = 0; i < config->settings.size(); ++i) {
    EXPECT_EQ(again->settings[i].values, config->settings[i].values);
  }
}

TEST(ConfigSources, ErrorsNameTheSettingAndWhoSaidIt) {
  const auto error_of = [](config::GivenValue given) {
    return ApplySettings({&given, 1}).status().message();
  };
  EXPECT_EQ(error_of({"quary-port", {"1"}, "f.yaml line 3"}),
            "f.yaml line 3: there is no setting 'quary-port'");
  EXPECT_EQ(error_of({"query-port", {"1", "2"}, "f.yaml line 3"}),
            "f.yaml line 3: query-port takes one value");
  EXPECT_EQ(error_of({"tenants-max", {"0"}, "SPANHOUND_TENANTS_MAX"}),
            "SPANHOUND_TENANTS_MAX: '0' is no number from 1 to 1000000");
  EXPECT_EQ(error_of({"tenants-max", {"0"}, "--tenants-max"}),
            "--tenants-max: '0' is no number from 1 to 1000000");
  EXPECT_EQ(error_of({"tenants-max", {"0"}, "f.yaml line 3"}),
            "f.yaml line 3: tenants-max: '0' is no number from 1 to 1000000");
  EXPECT_EQ(error_of({"retention", {"7x"}, "--retention"}).find("--retention: '7x': "), 0u);
}

TEST(ConfigSources, TheEnvironment) {
  const std::string environment[] = {"SPANHOUND_QUERY_PORT=80",
                                     "SPANHOUND_RETENTION=7d,80% 10GB",
                                     "SPANHOUND_CONFIG=/etc/spanhound.yaml",
                                     "SPANHOUND_QUARY_PORT=1",
                                     "PATH=/bin",
                                     "SPANHOUND_DATA=a=b"};
  std::vector<std::string> unknown;
  auto given = FromEnvironment(environment, &unknown);
  ASSERT_EQ(given.size(), 3u);
  EXPECT_EQ(given[0].name, "query-port");
  EXPECT_EQ(given[0].origin, "SPANHOUND_QUERY_PORT");
  EXPECT_EQ(given[1].values, (std::vector<std::string>{"7d,80%", "10GB"}));
  EXPECT_EQ(given[2].values, std::vector<std::string>{"a=b"});
  EXPECT_EQ(unknown, std::vector<std::string>{"SPANHOUND_QUARY_PORT"});
}

TEST(ConfigSources, KubernetesServiceLinksAreNotMeantForUs) {
  const std::string environment[] = {"SPANHOUND_PORT=tcp://10.0.0.1:4317",
                                     "SPANHOUND_SERVICE_HOST=10.0.0.1",
                                     "SPANHOUND_SERVICE_PORT=4317",
                                     "SPANHOUND_PORT_4317_TCP_ADDR=10.0.0.1",
                                     "SPANHOUND_QUERY_PORT=tcp://10.0.0.1:16686",
                                     "SPANHOUND_SERVICE_PORT_OTLP_GRPC=4317"};
  std::vector<std::string> unknown;
  EXPECT_TRUE(FromEnvironment(environment, &unknown).empty());
  EXPECT_TRUE(unknown.empty());
}

}  // namespace
}  // namespace spanhound::server
