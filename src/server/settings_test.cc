#include "server/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/named_file.h"

namespace spanhound::server {
namespace {

const Setting& Named(std::string_view name) {
  return *std::ranges::find(Settings(), name, &Setting::name);
}

TEST(Settings, NamesAreUniqueAndMakeUniqueVariables) {
  std::set<std::string> names, variables;
  for (const Setting& setting : Settings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_TRUE(variables.insert(EnvironmentName(setting.name)).second) << setting.name;
    EXPECT_EQ(setting.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos);
    EXPECT_FALSE(setting.help.empty()) << setting.name;
  }
  EXPECT_EQ(EnvironmentName("otlp-grpc-port"), "SPANHOUND_OTLP_GRPC_PORT");
}

TEST(Settings, EveryDefaultIsAValueItTakes) {
  for (const Setting& setting : Settings()) {
    if (setting.is_list || setting.default_text.empty()) continue;
    Config config;
    const std::string value = setting.default_text;
    EXPECT_TRUE(setting.read({&value, 1}, config).ok()) << setting.name << " " << value;
  }
}

TEST(Settings, ReadWhatTheySay) {
  const auto read = [](const char* name, std::vector<std::string> values, Config& config) {
    return Named(name).read(values, config);
  };
  Config config;
  EXPECT_TRUE(read("tenant-head-share", {"0.25"}, config).ok());
  EXPECT_TRUE(read("durability", {"none"}, config).ok());
  EXPECT_TRUE(read("tenancy", {"true"}, config).ok());
  EXPECT_TRUE(read("allowed-host", {"a.example", "b.example"}, config).ok());
  EXPECT_TRUE(read("query-port", {"0.0.0.0:80"}, config).ok());
  EXPECT_TRUE(read("retention", {"7d", "80%"}, config).ok());
  EXPECT_TRUE(read("retention", {"8d"}, config).ok());  // a list replaces
  EXPECT_EQ(config.store.tenant_head_share, 0.25);
  EXPECT_EQ(config.store.durability, store::Durability::kNone);
  EXPECT_EQ(config.tenancy, model::Tenancy::kByHeader);
  EXPECT_EQ(config.allowed_hosts, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_EQ(config.query_port.address, "0.0.0.0");
  EXPECT_EQ(store::RetentionText(config.store.retention), "8d");
}

TEST(Settings, RefuseWhatTheyCannotMean) {
  const std::pair<const char*, const char*> wrong[] = {
      {"query-port", "65536"},
      {"query-port", "tcp://10.0.0.1:80"},
      {"tenants-max", "0"},
      {"tenants-max", "1e3"},
      {"tenants-max", "-1"},
      {"tenant-head-share", "nan"},
      {"tenant-head-share", "1.01"},
      {"durability", "Sync"},
      {"retention", "7"},
      {"tenancy", "maybe"},
  };
  for (const auto& [name, text] : wrong) {
    Config config;
    const std::string value = text;
    EXPECT_EQ(Named(name).read({&value, 1}, config).code(), Code::kInvalidArgument)
        << name << "=" << text;
  }
}

// The page is for people, the table for the program; they may not drift apart.
TEST(Settings, EachHasItsRowInTheDocumentation) {
  auto page = ReadNamedFile("docs/user/configuration.md", 1 << 20);
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  for (const Setting& setting : Settings()) {
    const std::string value = setting.default_text.empty() ? "" : "`" + setting.default_text + "`";
    const std::string row = "| `" + setting.name + "` | " + value + " | ";
    EXPECT_NE(page->bytes.find(row), std::string::npos) << "no row that begins: " << row;
  }
}

}  // namespace
}  // namespace spanhound::server
