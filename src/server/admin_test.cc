#include "server/admin.h"

#include <gtest/gtest.h>

namespace spanhound::server {
namespace {

class FakeClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return 1'700'000'000'000'000'007; }
  int64_t MonotonicNanos() const override { return monotonic_nanos; }
  int64_t monotonic_nanos = 0;
};

net::HttpResponse Get(const net::HttpRouter& router, std::string path) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  net::HttpResponse answer;
  router.Handle(request, [&](net::HttpResponse response) { answer = std::move(response); });
  return answer;
}

TEST(Admin, HealthHasJaegersShape) {
  FakeClock clock;
  Metrics metrics;
  net::HttpRouter router;
  AddAdminRoutes(router, clock, metrics);
  clock.monotonic_nanos = 3'723'400'000'000;
  EXPECT_EQ(Get(router, "/").body,
            R"({"status":"Server available","upSince":"2023-11-14T22:13:20.000000007Z",)"
            R"("uptime":"1h2m3.4s"})");
}

TEST(Admin, StatusHasTheShapeOfJaeger2) {
  FakeClock clock;
  net::HttpRouter router;
  AddStatusRoute(router, clock);
  EXPECT_EQ(Get(router, "/status").body,
            R"({"start_time":"2023-11-14T22:13:20.000000007Z","healthy":true,)"
            R"("status":"StatusOK","status_time":"2023-11-14T22:13:20.000000007Z"})");
}

TEST(Admin, MetricsAreScrapable) {
  FakeClock clock;
  Metrics metrics;
  metrics.NewCounter("spanhound_things_total", "Things.").Add(2);
  net::HttpRouter router;
  AddAdminRoutes(router, clock, metrics);
  EXPECT_NE(Get(router, "/metrics").body.find("spanhound_things_total 2\n"), std::string::npos);
  EXPECT_EQ(Get(router, "/version").status, 200);
}

}  // namespace
}  // namespace spanhound::server
