#include "dashboard2api/kube/api_access.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace dashboard2api::kube {
namespace {

class ApiAccessTest : public testing::Test {
 protected:
  ApiAccessTest()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(directory_);
  }
  ~ApiAccessTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }

  const std::filesystem::path directory_;
};

constexpr char kConfig[] = R"(
apiVersion: v1
kind: Config
current-context: home
contexts:
- {name: home, context: {cluster: one, user: ada, namespace: default}}
- {name: away, context: {cluster: two, user: bob}}
- {name: broken, context: {cluster: three, user: bob}}
- {name: program, context: {cluster: one, user: exec}}
- {name: no-base64, context: {cluster: four, user: bob}}
clusters:
- name: one
  cluster: {server: "https://127.0.0.1:6443/", certificate-authority-data: "UEVN"}
- name: two
  cluster: {server: "http://localhost:8080", insecure-skip-tls-verify: true,
            tls-server-name: kube, certificate-authority: ca.pem}
- name: four
  cluster: {server: "https://x", certificate-authority-data: "!"}
users:
- {name: ada, user: {client-certificate-data: "Q0VSVA==", client-key-data: "S0VZ\n"}}
- {name: bob, user: {token: secret, tokenFile: /var/token}}
- {name: exec, user: {exec: {command: aws}}}
)";

TEST_F(ApiAccessTest, CurrentContextWithDataInPlace) {
  const auto access = AccessFromKubeconfig(Write("config", kConfig), "");
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access.value().url, "https://127.0.0.1:6443");
  EXPECT_EQ(access.value().ca.data, "PEM");
  EXPECT_EQ(access.value().client_certificate.data, "CERT");
  EXPECT_EQ(access.value().client_key.data, "KEY");
  EXPECT_FALSE(access.value().skip_verification);
  EXPECT_EQ(TokenOf(access.value()), "");
}

TEST_F(ApiAccessTest, NamedContextWithFiles) {
  const auto access = AccessFromKubeconfig(Write("config", kConfig), "away");
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access.value().url, "http://localhost:8080");
  EXPECT_EQ(access.value().ca.file, (directory_ / "ca.pem").string());
  EXPECT_EQ(access.value().server_name, "kube");
  EXPECT_TRUE(access.value().skip_verification);
  EXPECT_EQ(access.value().token_file, "/var/token");
}

TEST_F(ApiAccessTest, WhatCannotBeUsedIsNamed) {
  const std::string path = Write("config", kConfig);
  for (const auto& [context, complaint] :
       {std::pair{"nowhere", "contexts has no nowhere"},
        std::pair{"broken", "clusters has no three"}, std::pair{"program", "logs in by a program"},
        std::pair{"no-base64", "no base64"}}) {
    const auto access = AccessFromKubeconfig(path, context);
    ASSERT_FALSE(access.ok()) << context;
    EXPECT_NE(access.error().message.find(complaint), std::string::npos) << access.error().message;
  }
  for (const char* bad : {"", "7", "[]", "{", "a: b: c", "clusters: 7\ncurrent-context: x"}) {
    EXPECT_FALSE(AccessFromKubeconfig(Write("bad", bad), "").ok()) << bad;
  }
  EXPECT_FALSE(AccessFromKubeconfig("/nonexistent", "").ok());
  EXPECT_FALSE(AccessFromKubeconfig(directory_.string(), "").ok());
  EXPECT_FALSE(AccessFromKubeconfig(Write("deep", std::string(100'000, '[')), "").ok());
}

TEST_F(ApiAccessTest, InCluster) {
  const ApiAccess access = AccessInCluster("fd00::1", "443", "/mount");
  EXPECT_EQ(access.url, "https://[fd00::1]:443");
  EXPECT_EQ(access.token_file, "/mount/token");
  EXPECT_EQ(access.ca.file, "/mount/ca.crt");
}

TEST_F(ApiAccessTest, Urls) {
  for (const char* bad : {"", "x", "ftp://x", "http://", "https://x/path", "https://x?y",
                          "https://user@x", "https://x y", "https://x\r\ny"}) {
    EXPECT_FALSE(Checked({.url = bad}).ok()) << bad;
  }
  EXPECT_TRUE(Checked({.url = "https://[::1]:6443"}).ok());
}

TEST_F(ApiAccessTest, ATokenFileIsReadAnew) {
  ApiAccess access;
  access.token = "old";
  access.token_file = Write("token", "first\r\n");
  EXPECT_EQ(TokenOf(access), "first");
  Write("token", "second");
  EXPECT_EQ(TokenOf(access), "second");
  access.token_file = "/nonexistent";
  EXPECT_EQ(TokenOf(access), "");
}

}  // namespace
}  // namespace dashboard2api::kube
