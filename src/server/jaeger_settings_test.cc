#include "server/jaeger_settings.h"

#include <gtest/gtest.h>

#include <map>

#include "server/config_sources.h"

namespace spanhound::server {
namespace {

std::map<std::string, std::string> ByName(const JaegerSettings& settings) {
  std::map<std::string, std::string> values;
  for (const config::GivenValue& one : settings.given) values[one.name] = one.values.at(0);
  return values;
}

TEST(JaegerSettings, VariablesOfTheDockerCommandLine) {
  const std::string environment[] = {"COLLECTOR_OTLP_ENABLED=true",
                                     "COLLECTOR_OTLP_GRPC_HOST_PORT=0.0.0.0:4317",
                                     "SPAN_STORAGE_TYPE=badger",
                                     "BADGER_EPHEMERAL=false",
                                     "BADGER_DIRECTORY_VALUE=/badger/data",
                                     "BADGER_DIRECTORY_KEY=/badger/key",
                                     "BADGER_SPAN_STORE_TTL=72h0m0s",
                                     "ADMIN_HTTP_HOST_PORT=:14269",
                                     "LOG_LEVEL=debug",
                                     "PATH=/bin",
                                     "ES_SERVER_URLS=http://es:9200"};
  const JaegerSettings settings = FromJaegerEnvironment(environment);
  EXPECT_EQ(ByName(settings), (std::map<std::string, std::string>{
                                  {"otlp-grpc-port", "0.0.0.0:4317"},
                                  {"data", "/badger/data"},
                                  {"retention", "72h"},
                                  {"admin-port", ":14269"},
                                  {"log-level", "debug"},
                              }));
  EXPECT_TRUE(ApplySettings(settings.given).ok());
  ASSERT_EQ(settings.told.size(), 4u);
  EXPECT_EQ(settings.told[0], "SPAN_STORAGE_TYPE: everything is kept in the store of --data");
}

TEST(JaegerSettings, FlagsInBothForms) {
  const std::string arguments[] = {"--collector.otlp.enabled=false",
                                   "--query.http-server.host-port",
                                   ":80",
                                   "--query.grpc-server.host-port=:81",
                                   "--multi-tenancy.enabled",
                                   "--memory.max-traces",
                                   "10000"};
  auto settings = FromJaegerFlags(arguments);
  ASSERT_TRUE(settings.ok()) << settings.status().ToString();
  EXPECT_EQ(ByName(*settings), (std::map<std::string, std::string>{
                                   {"otlp-grpc-port", "off"},
                                   {"otlp-http-port", "off"},
                                   {"query-port", ":80"},
                                   {"query-grpc-port", ":81"},
                                   {"tenancy", "true"},
                               }));
  ASSERT_EQ(settings->told.size(), 1u);
  EXPECT_NE(settings->told[0].find("--retention"), std::string::npos);
}

TEST(JaegerSettings, WhatIsNobodysFlagIsRefusedByName) {
  const std::string word = "query";
  EXPECT_EQ(FromJaegerFlags({&word, 1}).status().message(), "'query' belongs to no flag");
  for (const char* argument : {"--quary-port", "--collector", "-x", "--"}) {
    const std::string text = argument;
    auto settings = FromJaegerFlags({&text, 1});
    EXPECT_EQ(settings.status().message(), "there is no flag " + text);
  }
}

}  // namespace
}  // namespace spanhound::server
