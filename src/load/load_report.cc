#include <cstdio>

#include "base/json_writer.h"
#include "load/load.h"

namespace spanhound::load {
namespace {

double PerSecond(uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double PerSpan(double bytes, uint64_t spans) {
  return spans > 0 ? bytes / static_cast<double>(spans) : 0;
}

std::string Number(double value, int decimals) {
  char text[64];
  int size = snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string digits(text, static_cast<size_t>(size));
  size_t end = digits.find('.');
  if (end == std::string::npos) end = digits.size();
  for (size_t i = end; i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

void AppendRow(std::string& out, std::string name, const std::string& value) {
  name.resize(46, ' ');
  out += "  " + name + value + "\n";
}

std::string MillisText(const LoadReport& report) {
  return Number(report.ack_p50_ms, 1) + " / " + Number(report.ack_p95_ms, 1) + " / " +
         Number(report.ack_p99_ms, 1) + " / " + Number(report.ack_max_ms, 1);
}

}  // namespace

std::string ReportText(const LoadReport& report) {
  std::string out = report.workload + " to " + report.target + "\n";
  AppendRow(out, "acknowledged spans", Number(static_cast<double>(report.acked_spans), 0));
  AppendRow(out, "acknowledged spans/s",
            Number(PerSecond(report.acked_spans, report.wall_seconds), 0));
  AppendRow(out, "ack p50 / p95 / p99 / max, ms", MillisText(report));
  AppendRow(out, "wire bytes/span",
            Number(PerSpan(static_cast<double>(report.wire_bytes), report.acked_spans), 1));
  if (report.server_cpu_seconds >= 0) {
    AppendRow(out, "spans per server CPU s, until the last ack",
              Number(PerSecond(report.acked_spans, report.server_cpu_seconds), 0));
  }
  if (report.server_cpu_settled_seconds >= 0) {
    AppendRow(out, "spans per server CPU s, settled",
              Number(PerSecond(report.acked_spans, report.server_cpu_settled_seconds), 0));
  }
  if (report.server_rss_peak_bytes >= 0) {
    AppendRow(out, "server peak RSS, MiB",
              Number(static_cast<double>(report.server_rss_peak_bytes) / (1 << 20), 0));
  }
  if (report.disk_bytes >= 0) {
    AppendRow(out, "disk bytes/span (all files of the directory)",
              Number(PerSpan(static_cast<double>(report.disk_bytes), report.acked_spans), 1));
  }
  AppendRow(out, "generator CPU s", Number(report.client_cpu_seconds, 2));
  if (report.retries > 0) AppendRow(out, "retries", std::to_string(report.retries));
  if (report.rejected_spans > 0) {
    AppendRow(out, "rejected spans", std::to_string(report.rejected_spans));
  }
  if (report.failed_spans > 0) {
    AppendRow(out, "FAILED spans", std::to_string(report.failed_spans) + ": " + report.first_error);
  }
  return out;
}

std::string ReportJson(const LoadReport& report) {
  std::string out;
  JsonWriter json(out);
  auto number = [&json](std::string_view key, double value) {
    json.Key(key);
    json.Double(value);
  };
  auto measured = [&json, &number](std::string_view key, double value) {
    if (value >= 0) return number(key, value);
    json.Key(key);
    json.Null();
  };
  json.BeginObject();
  json.Field("workload", report.workload);
  json.Field("target", report.target);
  json.Field("acked_spans", static_cast<int64_t>(report.acked_spans));
  json.Field("acked_requests", static_cast<int64_t>(report.acked_requests));
  json.Field("rejected_spans", static_cast<int64_t>(report.rejected_spans));
  json.Field("failed_spans", static_cast<int64_t>(report.failed_spans));
  json.Field("retries", static_cast<int64_t>(report.retries));
  json.Field("wire_bytes", static_cast<int64_t>(report.wire_bytes));
  json.Field("first_error", report.first_error);
  number("wall_seconds", report.wall_seconds);
  number("ack_p50_ms", report.ack_p50_ms);
  number("ack_p95_ms", report.ack_p95_ms);
  number("ack_p99_ms", report.ack_p99_ms);
  number("ack_max_ms", report.ack_max_ms);
  number("client_cpu_seconds", report.client_cpu_seconds);
  measured("server_cpu_seconds", report.server_cpu_seconds);
  measured("server_cpu_settled_seconds", report.server_cpu_settled_seconds);
  measured("server_rss_peak_bytes", static_cast<double>(report.server_rss_peak_bytes));
  measured("disk_bytes", static_cast<double>(report.disk_bytes));
  json.EndObject();
  return out + "\n";
}

}  // namespace spanhound::load
