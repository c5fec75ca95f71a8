#include <cstdio>

#include "base/json_writer.h"
#include "load/query_run.h"

namespace spanhound::load {

std::string QueryTimingsText(const std::vector<QueryTiming>& timings) {
  std::string out;
  for (const QueryTiming& timing : timings) {
    char line[256];
    snprintf(line, sizeof line,
             "  %-31s %-20s p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms  %9.0f bytes\n",
             timing.name.c_str(), timing.path.c_str(), timing.p50_ms, timing.p99_ms, timing.max_ms,
             timing.reply_bytes_mean);
    std::string skipped = "  " + timing.name + ": not asked, " + timing.skipped + "\n";
    out += timing.skipped.empty() ? line : skipped;
    if (timing.wrong > 0) {
      out += "    WRONG " + std::to_string(timing.wrong) + " times: " + timing.first_error + "\n";
    }
  }
  return out;
}

std::string QueryTimingsJson(const std::vector<QueryTiming>& timings) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  for (const QueryTiming& timing : timings) {
    json.BeginObject();
    json.Field("name", timing.name);
    json.Field("path", timing.path);
    json.Field("count", static_cast<int64_t>(timing.count));
    json.Field("wrong", static_cast<int64_t>(timing.wrong));
    json.Field("skipped", timing.skipped);
    json.Field("first_error", timing.first_error);
    json.Key("p50_ms"), json.Double(timing.p50_ms);
    json.Key("p99_ms"), json.Double(timing.p99_ms);
    json.Key("max_ms"), json.Double(timing.max_ms);
    json.Key("reply_bytes_mean"), json.Double(timing.reply_bytes_mean);
    json.Key("server_cpu_ms_mean");
    if (timing.server_cpu_ms_mean >= 0) {
      json.Double(timing.server_cpu_ms_mean);
    } else {
      json.Null();
    }
    json.EndObject();
  }
  json.EndArray();
  return out + "\n";
}

}  // namespace spanhound::load
