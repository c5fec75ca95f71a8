#include "server/fluent_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace spanhound::server {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string FileOf(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "fluent_secrets_" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(FluentSecrets, KeyAndUsers) {
  const auto secrets = ReadFluentSecrets(FileOf("key", "my key\n"),
                                         FileOf("users", "# who\nbit:a:b\r\n\nfluentd:\n"));
  ASSERT_TRUE(secrets.ok()) << secrets.status().ToString();
  EXPECT_EQ(secrets->shared_key, "my key");
  EXPECT_THAT(secrets->users, ElementsAre(Pair("bit", "a:b"), Pair("fluentd", "")));
  EXPECT_TRUE(ReadFluentSecrets("", "")->shared_key.empty());
}

// Fluent Bit once let everybody in who was told users without a key (CVE-2025-12969).
TEST(FluentSecrets, WhatWouldLetEverybodyInIsRefused) {
  const std::string key = FileOf("key", "k");
  EXPECT_FALSE(ReadFluentSecrets("", FileOf("users", "a:b\n")).ok());
  EXPECT_FALSE(ReadFluentSecrets(FileOf("empty", "\n"), "").ok());
  EXPECT_FALSE(ReadFluentSecrets(key, FileOf("nobody", "# none\n")).ok());
  EXPECT_FALSE(ReadFluentSecrets(key, FileOf("malformed", "a\n")).ok());
  EXPECT_FALSE(ReadFluentSecrets("/nonexistent/key", "").ok());
}

}  // namespace
}  // namespace spanhound::server
