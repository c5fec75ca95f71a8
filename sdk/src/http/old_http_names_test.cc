#include "http/old_http_names.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace spanhound::sdk {
namespace {

TEST(OldHttpNamesTest, EveryValueAgainUnderItsOldName) {
  for (const bool server : {true, false}) {
    std::vector<Attribute> attributes = {{names::kHttpRequestMethod, "GET"},
                                         {names::kServerAddress, "api"},
                                         {names::kServerPort, 80},
                                         {names::kHttpRoute, "/users/{id}"}};
    if (server) {
      AddOldHttpNames(&attributes, names::kOldHttpServerNames);
    } else {
      AddOldHttpNames(&attributes, names::kOldHttpClientNames);
    }
    std::map<std::string, Attribute::Value> found;
    for (const Attribute& each : attributes) found[std::string(each.key)] = each.value;
    EXPECT_EQ(found.size(), 7u);
    EXPECT_EQ(absl::get<opentelemetry::nostd::string_view>(found["http.request.method"]), "GET");
    EXPECT_EQ(absl::get<opentelemetry::nostd::string_view>(found["http.method"]), "GET");
    const std::string side = server ? "net.host." : "net.peer.";
    EXPECT_EQ(absl::get<opentelemetry::nostd::string_view>(found[side + "name"]), "api");
    EXPECT_EQ(absl::get<std::int64_t>(found[side + "port"]), 80);
  }
}

}  // namespace
}  // namespace spanhound::sdk
