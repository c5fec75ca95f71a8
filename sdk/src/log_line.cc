#include "log_line.h"

#include <ctime>

#include "json_text.h"

namespace spanhound::sdk {
namespace {

void AppendField(std::string* out, std::string_view name, std::string_view value) {
  *out += out->empty() ? "{\"" : ",\"";
  *out += name;
  *out += "\":";
  AppendJsonString(out, value);
}

// Digits and nothing else, which need no escaping.
void AppendId(std::string* out, std::string_view name, std::string_view digits) {
  out->append(",\"").append(name).append("\":\"").append(digits).push_back('"');
}

// Date and time up to the second, and the zone: both change once a second at most.
struct FormattedSecond {
  std::time_t second = -1;
  std::string date_time;
  std::string zone;
};

const FormattedSecond& FormatSecond(std::time_t second) {
  thread_local FormattedSecond cached;
  if (cached.second != second) {
    std::tm local{};
    localtime_r(&second, &local);
    char text[40];
    cached.date_time.assign(text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &local));
    cached.zone.assign(text, std::strftime(text, sizeof(text), "%z", &local));
    cached.second = second;
  }
  return cached;
}

// A control character could end the line, or command the terminal that shows it.
void AppendOneLine(std::string* out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      *out += "\\n";
    } else if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7F) {
      *out += '?';
    } else {
      *out += c;
    }
  }
}

}  // namespace

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return "trace";
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
    case LogLevel::kCritical: return "critical";
  }
  return "info";
}

std::string FormatLogTime(std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto ms = static_cast<unsigned>((since_epoch - seconds).count());
  const FormattedSecond& second = FormatSecond(static_cast<std::time_t>(seconds.count()));
  std::string text = second.date_time;
  text += '.';
  text += static_cast<char>('0' + ms / 100);
  text += static_cast<char>('0' + ms / 10 % 10);
  text += static_cast<char>('0' + ms % 10);
  return text + second.zone;
}

std::string ToText(const LogLine& line) {
  std::string text = FormatLogTime(line.time);
  text.reserve(160 + line.message.size());
  text.append(" ").append(line.level).append(" ");
  if (!line.file.empty()) {
    text.append(line.file).append(":").append(std::to_string(line.line)).append(" ");
  }
  AppendOneLine(&text, line.message);
  if (line.trace_id.empty()) return text;
  text.append(" trace_id=").append(line.trace_id).append(" span_id=").append(line.span_id);
  if (!line.pspan_id.empty()) text.append(" pspan_id=").append(line.pspan_id);
  return text;
}

std::string ToJson(const LogLine& line, const LogOrigin& origin) {
  std::string place(line.file);
  if (!place.empty()) place += ":" + std::to_string(line.line);
  std::string json;
  json.reserve(256 + line.message.size());
  AppendField(&json, "level", line.level);
  AppendField(&json, "time", FormatLogTime(line.time));
  AppendField(&json, "linenum", place);
  AppendField(&json, "msg", line.message);
  AppendField(&json, "serviceName", origin.service_name);
  AppendField(&json, "host_ip", origin.host_ip);
  AppendField(&json, "pod_ip", origin.pod_ip);
  AppendId(&json, "trace_id", line.trace_id);
  AppendId(&json, "span_id", line.span_id);
  AppendId(&json, "pspan_id", line.pspan_id);
  json += '}';
  return json;
}

}  // namespace spanhound::sdk
