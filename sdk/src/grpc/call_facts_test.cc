#include "grpc/call_facts.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "grpc/call_registry.h"

namespace spanhound::sdk {
namespace {

TEST(CallFactsTest, CodeNames) {
  EXPECT_EQ(StatusCodeName(grpc::StatusCode::OK), "OK");
  EXPECT_EQ(StatusCodeName(grpc::StatusCode::DEADLINE_EXCEEDED), "DEADLINE_EXCEEDED");
  EXPECT_EQ(StatusCodeName(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_EQ(StatusCodeName(static_cast<grpc::StatusCode>(77)), "UNKNOWN");
}

TEST(CallFactsTest, WhichCodesAreTheServersFault) {
  std::string errors;
  for (int code = 0; code <= 16; ++code) {
    if (!IsServerError(static_cast<grpc::StatusCode>(code))) continue;
    errors += std::string(StatusCodeName(static_cast<grpc::StatusCode>(code))) + " ";
  }
  EXPECT_EQ(errors, "UNKNOWN DEADLINE_EXCEEDED UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS ");
}

TEST(CallFactsTest, Methods) {
  EXPECT_EQ(ParseMethod("/a.B/C").full, "a.B/C");
  EXPECT_TRUE(ParseMethod("/a.B/C").known);
  EXPECT_EQ(ParseMethod("a.B/C").full, "a.B/C");
  EXPECT_FALSE(ParseMethod("unknown").known);
  EXPECT_FALSE(ParseMethod("").known);
  EXPECT_FALSE(ParseMethod(nullptr).known);
}

TEST(CallFactsTest, PeersAndTargets) {
  const struct {
    const char* text;
    const char* address;
    int port;
  } kPeers[] = {{"ipv4:127.0.0.1:80", "127.0.0.1", 80},
                {"ipv6:[::1]:80", "::1", 80},
                {"ipv6:%5B::1%5D:80", "::1", 80},
                {"unix:/run/x", "/run/x", 0},
                {"unix:/run/\xFF", "/run/\xEF\xBF\xBD", 0},
                {"ipv6:%5B\xFF%5D:80", "\xEF\xBF\xBD", 80},
                {"inproc", "", 0},
                {"", "", 0}},
    kTargets[] = {{"127.0.0.1:6337", "127.0.0.1", 6337},
                  {"dns:///api:80", "api", 80},
                  {"dns://8.8.8.8/api:80", "api", 80},
                  {"ipv4:1.2.3.4:80", "1.2.3.4", 80},
                  {"unix:/run/x", "/run/x", 0},
                  {"[::1]:80", "::1", 80},
                  {"[::1]", "::1", 0},
                  {"api", "api", 0}};
  std::string storage;
  for (const auto& each : kPeers) {
    const Peer peer = ParsePeer(each.text, &storage);
    EXPECT_EQ(peer.address, each.address) << each.text;
    EXPECT_EQ(peer.port, each.port) << each.text;
  }
  for (const auto& each : kTargets) {
    const Peer target = ParseTarget(each.text, &storage);
    EXPECT_EQ(target.address, each.address) << each.text;
    EXPECT_EQ(target.port, each.port) << each.text;
  }
}

TEST(CallRegistryTest, TheLastOneAddedIsFoundUntilItIsRemoved) {
  CallRegistry registry;
  const int call = 0, other = 0;
  CallRegistry::Entry old{&call, CallRegistry::Context().SetValue("n", true)};
  CallRegistry::Entry now{&call, CallRegistry::Context().SetValue("n", false)};
  registry.Add(old);
  registry.Add(now);
  EXPECT_TRUE(registry.Find(&call) == now.context);
  registry.Remove(old);
  EXPECT_TRUE(registry.Find(&call) == now.context);
  EXPECT_TRUE(registry.Find(&other) == CallRegistry::Context());
  registry.Remove(now);
  EXPECT_TRUE(registry.Find(&call) == CallRegistry::Context());
}

// More than there are lists.
TEST(CallRegistryTest, ManyCallsAreToldApart) {
  constexpr std::size_t kCalls = 1000;
  CallRegistry registry;
  std::vector<CallRegistry::Entry> entries(kCalls);
  for (CallRegistry::Entry& entry : entries) {
    entry.call = &entry;
    entry.context = CallRegistry::Context().SetValue("n", true);
    registry.Add(entry);
  }
  for (std::size_t i = 0; i < kCalls; i += 2) registry.Remove(entries[i]);
  for (std::size_t i = 0; i < kCalls; ++i) {
    const bool removed = i % 2 == 0;
    EXPECT_TRUE(registry.Find(entries[i].call) ==
                (removed ? CallRegistry::Context() : entries[i].context));
  }
}

TEST(CallRegistryTest, WhatWasNeverAddedCanBeRemoved) {
  CallRegistry registry;
  CallRegistry::Entry never;
  registry.Remove(never);
  EXPECT_TRUE(registry.Find(nullptr) == CallRegistry::Context());
}

}  // namespace
}  // namespace spanhound::sdk
