#include "server/access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/base64.h"

namespace spanhound::server {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class AccessTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    chmod(path_.c_str(), mode);
  }
  Status Open(model::Tenancy tenancy = model::Tenancy::kOff) {
    auto access = Access::Open(path_, tenancy);
    if (!access.ok()) return access.status();
    access_ = std::move(access).value();
    return Status::Ok();
  }
  Code Admit(Scope scope, const std::string& authorization, std::string tenant = "") {
    headers_.clear();
    if (!authorization.empty()) headers_.emplace_back("authorization", authorization);
    if (!tenant.empty()) headers_.emplace_back("x-tenant", tenant);
    return access_->Admit(scope, headers_).code();
  }
  std::string TenantAfter() { return model::TenantOf(model::Tenancy::kByHeader, headers_).value(); }

  const std::string directory_ = testing::TempDir() + "/access_test";
  const std::string path_ = directory_ + "/credentials";
  std::unique_ptr<Access> access_;
  Headers headers_;
};

std::string Basic(const std::string& pair) { return "Basic " + ToBase64(pair); }

TEST_F(AccessTest, WithoutAFileEverybodyMayDoEverything) {
  auto access = Access::Open("", model::Tenancy::kOff);
  ASSERT_TRUE(access.ok());
  Headers none;
  EXPECT_TRUE((*access)->Admit(Scope::kAdmin, none).ok());
  EXPECT_FALSE((*access)->ForHttp(Scope::kRead));
  EXPECT_FALSE((*access)->ForGrpc(Scope::kRead));
}

TEST_F(AccessTest, TokensAndUsersHaveTheirScopesAndNoOthers) {
  Write("# who\ncollector bearer plain:t0ken write\nalice basic plain:pass:word read,admin\n");
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer t0ken"), Code::kOk);
  EXPECT_EQ(Admit(Scope::kWrite, "bearer  t0ken"), Code::kOk);
  EXPECT_EQ(Admit(Scope::kRead, "Bearer t0ken"), Code::kPermissionDenied);
  EXPECT_EQ(Admit(Scope::kRead, Basic("alice:pass:word")), Code::kOk);
  EXPECT_EQ(Admit(Scope::kAdmin, Basic("alice:pass:word")), Code::kOk);
  EXPECT_EQ(Admit(Scope::kWrite, Basic("alice:pass:word")), Code::kPermissionDenied);
}

TEST_F(AccessTest, WhatProvesNothingIsUnauthenticated) {
  Write("collector bearer plain:t0ken write\nalice basic plain:password read\n");
  ASSERT_TRUE(Open().ok());
  for (const std::string& authorization :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Bearer t0ke"),
        std::string("Bearer t0ken2"), std::string("t0ken"), std::string("Basic"),
        std::string("Basic ???"), Basic("alice"), Basic("alice:"), Basic("alice:t0ken"),
        Basic("bob:password"), Basic(":password"), std::string("Bearer password"),
        Basic("collector:t0ken"), std::string("Digest t0ken"), std::string(100'000, 'B')}) {
    EXPECT_EQ(Admit(Scope::kWrite, authorization), Code::kUnauthenticated) << authorization;
  }
  Headers twice = {{"authorization", "Bearer t0ken"}, {"authorization", "Bearer t0ken"}};
  EXPECT_EQ(access_->Admit(Scope::kWrite, twice).code(), Code::kUnauthenticated);
}

TEST_F(AccessTest, ATenantIsBoundToItsCredential) {
  Write(
      "a bearer plain:a write tenant=team-a\nany bearer plain:any write tenant=*\n"
      "none bearer plain:none write\n");
  ASSERT_TRUE(Open(model::Tenancy::kByHeader).ok());
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer a"), Code::kOk);
  EXPECT_EQ(TenantAfter(), "team-a");
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer a", "team-a"), Code::kOk);
  EXPECT_EQ(TenantAfter(), "team-a");
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer a", "team-b"), Code::kPermissionDenied);
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer any", "team-b"), Code::kOk);
  EXPECT_EQ(TenantAfter(), "team-b");
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer none", "team-b"), Code::kPermissionDenied);
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer none"), Code::kOk);
  EXPECT_EQ(TenantAfter(), "default");
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer a", "not a tenant"), Code::kInvalidArgument);
  EXPECT_EQ(Open(model::Tenancy::kOff).code(), Code::kInvalidArgument);
}

TEST_F(AccessTest, PlainSecretsNeedAFileOfTheOwnerAlone) {
  Write("a bearer plain:secret write\n", 0640);
  const Status status = Open();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.message().find("secret write"), std::string::npos);
  Write("a bearer sha256:" + std::string(64, 'a') + " write\n", 0644);
  EXPECT_TRUE(Open().ok());
}

TEST_F(AccessTest, ErrorsNameTheLineAndKeepTheSecret) {
  for (const char* wrong :
       {"a bearer plain:s3cret", "a cookie plain:s3cret write", "a bearer s3cret write",
        "a bearer plain:s3cret write,delete", "a bearer plain:s3cret write team=a",
        "a bearer plain:s3cret write tenant=s3cret|", "a bearer $6$saltsalt$s3cret write",
        "ok bearer plain:s3cret write", "a b c d e f"}) {
    Write(std::string("ok bearer plain:x write\n") + wrong + "\n");
    const Status status = Open();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << wrong;
    EXPECT_NE(status.message().find("line 2"), std::string::npos) << status.message();
    EXPECT_EQ(status.message().find("s3cret"), std::string::npos) << status.message();
  }
  Write("# nobody\n");
  EXPECT_EQ(Open().code(), Code::kInvalidArgument);
}

TEST_F(AccessTest, ReloadsAndKeepsWhatWasThereOnAnError) {
  Write("a bearer plain:one write\n");
  ASSERT_TRUE(Open().ok());
  Write("a bearer plain:two write\n");
  EXPECT_TRUE(access_->Reload().ok());
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer one"), Code::kUnauthenticated);
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer two"), Code::kOk);
  Write("nonsense\n");
  EXPECT_FALSE(access_->Reload().ok());
  EXPECT_EQ(Admit(Scope::kWrite, "Bearer two"), Code::kOk);
}

TEST_F(AccessTest, OnlyTheHealthOfTheAdminPortIsOpen) {
  Write("a bearer plain:one admin\n");
  ASSERT_TRUE(Open().ok());
  const auto code = [this](Scope scope, std::string path) {
    net::HttpRequest head;
    head.method = "GET";
    head.path = std::move(path);
    return access_->ForHttp(scope)(head).code();
  };
  EXPECT_EQ(code(Scope::kAdmin, "/"), Code::kOk);
  EXPECT_EQ(code(Scope::kAdmin, "/metrics"), Code::kUnauthenticated);
  EXPECT_EQ(code(Scope::kRead, "/"), Code::kUnauthenticated);
  net::GrpcRequest call;
  EXPECT_EQ(access_->ForGrpc(Scope::kWrite)(call).code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace spanhound::server
