#include "server/admin.h"

#include <ctime>
#include <string>

#include "base/json_writer.h"
#include "server/version.h"

namespace spanhound::server {
namespace {

// RFC 3339 in UTC: "2026-11-23T05:11:00.123456789Z".
std::string Rfc3339(int64_t unix_nanos) {
  const std::time_t seconds = unix_nanos / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::string nanos = std::to_string(unix_nanos % 1'000'000'000);
  return std::string(text, size) + "." + std::string(9 - nanos.size(), '0') + nanos + "Z";
}

// Go's duration text, as Jaeger prints it: "1h2m3.4s".
std::string GoDuration(int64_t nanos) {
  const int64_t seconds = nanos / 1'000'000'000;
  std::string text;
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "h";
  if (seconds >= 60) text += std::to_string(seconds / 60 % 60) + "m";
  return text + std::to_string(seconds % 60) + "." + std::to_string(nanos / 100'000'000 % 10) + "s";
}

std::string HealthJson(int64_t up_since_unix_nanos, int64_t uptime_nanos) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Field("status", "Server available");
  json.Field("upSince", Rfc3339(up_since_unix_nanos));
  json.Field("uptime", GoDuration(uptime_nanos));
  json.EndObject();
  return body;
}

std::string StatusJson(int64_t start_unix_nanos, int64_t now_unix_nanos) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Field("start_time", Rfc3339(start_unix_nanos));
  json.Field("healthy", true);
  json.Field("status", "StatusOK");
  json.Field("status_time", Rfc3339(now_unix_nanos));
  json.EndObject();
  return body;
}

std::string VersionJson() {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Field("gitCommit", "");
  json.Field("gitVersion", kVersion);
  json.Field("buildDate", "");
  json.EndObject();
  return body;
}

}  // namespace

void AddAdminRoutes(net::HttpRouter& router, const Clock& clock, Metrics& metrics) {
  const int64_t up_since_unix_nanos = clock.NowUnixNanos();
  const int64_t started_nanos = clock.MonotonicNanos();
  router.Add("GET", "/", [=, &clock](net::HttpRequest, net::HttpResponder respond) {
    const int64_t uptime_nanos = clock.MonotonicNanos() - started_nanos;
    respond({200, "application/json", HealthJson(up_since_unix_nanos, uptime_nanos)});
  });
  router.Add("GET", "/metrics", [&metrics](net::HttpRequest, net::HttpResponder respond) {
    respond({200, "text/plain; version=0.0.4; charset=utf-8", metrics.PrometheusText()});
  });
  router.Add("GET", "/version", [](net::HttpRequest, net::HttpResponder respond) {
    respond({200, "application/json", VersionJson()});
  });
}

void AddStatusRoute(net::HttpRouter& router, const Clock& clock) {
  const int64_t start_unix_nanos = clock.NowUnixNanos();
  router.Add("GET", "/status", [=, &clock](net::HttpRequest, net::HttpResponder respond) {
    respond({200, "application/json", StatusJson(start_unix_nanos, clock.NowUnixNanos())});
  });
}

}  // namespace spanhound::server
