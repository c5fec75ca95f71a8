#include "cli/cli_commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/named_file.h"
#include "base/terminal_text.h"
#include "cli/api_client.h"
#include "cli/check_command.h"
#include "cli/render_list.h"
#include "cli/render_trace.h"
#include "cli/stat_command.h"

namespace spanhound::cli {
namespace {

constexpr char kUrlDefault[] = "http://127.0.0.1:16686";
constexpr size_t kTokenBytesMax = 64 << 10;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

struct OutputFlags {
  ApiAddress server{kUrlDefault};
  std::vector<std::string> headers;  // name=value
  std::string token_file;
  bool no_color = false;
  size_t width = 0;  // 0: as wide as the terminal
};

struct TraceFlags {
  OutputFlags output;
  std::string trace_id;
  bool with_attributes = false;
  size_t spans_max = RenderOptions().spans_max;
};

struct TracesFlags {
  OutputFlags output;
  TraceQuestion question;
  std::string lookback = "1h";
};

void AddOutputFlags(CLI::App& command, OutputFlags& flags) {
  command.add_option("--url", flags.server.url, "The server's query port")->capture_default_str();
  command.add_option("--tenant", flags.server.tenant,
                     "Whose traces; default: the tenant 'default'");
  command.add_option("--header", flags.headers, "name=value, sent along (repeatable)")
      ->allow_extra_args(false);
  command.add_option("--token-file", flags.token_file, "File with the bearer token to send along");
  command.add_option("--ca-file", flags.server.authorities,
                     "PEM file of who may sign the server's certificate; default: the system's");
  command.add_flag("--no-color", flags.no_color, "Plain text, also on a terminal");
  command.add_option("--width", flags.width, "Columns to use; default: the terminal's");
}

// What the flags say of the server's credentials, into its address.
Status ReadCredentials(OutputFlags& flags) {
  for (const std::string& header : flags.headers) {
    const size_t equals = header.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return InvalidArgument("--header is name=value, got " + header);
    }
    flags.server.headers.emplace_back(header.substr(0, equals), header.substr(equals + 1));
  }
  if (flags.token_file.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(const NamedFile file, ReadNamedFile(flags.token_file, kTokenBytesMax));
  const std::string token = file.bytes.substr(0, file.bytes.find_first_of("\r\n"));
  flags.server.headers.emplace_back("Authorization", "Bearer " + token);
  return Status::Ok();
}

RenderOptions OptionsOf(const OutputFlags& flags) {
  RenderOptions options;
  options.terminal = DetectTerminal();
  if (flags.no_color) options.terminal.has_color = false;
  if (flags.width != 0) options.terminal.width = std::max(flags.width, kWidthMin);
  return options;
}

// The server's words may hold telemetry, so they are made safe as well.
int Fail(const Status& status) {
  std::fprintf(stderr, "spanhound: %s\n", TerminalText(status.message()).c_str());
  return status.code() == Code::kInvalidArgument ? kExitUsage : kExitFailed;
}

int Print(const std::string& text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : kExitFailed;
}

int ShowTrace(TraceFlags flags) {
  if (Status status = ReadCredentials(flags.output); !status.ok()) return Fail(status);
  const bool is_id =
      !flags.trace_id.empty() && flags.trace_id.size() <= 32 &&
      flags.trace_id.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!is_id) return Fail(InvalidArgument("a trace id is 1 to 32 hexadecimal digits"));
  auto trace = FetchTrace(flags.output.server, flags.trace_id);
  if (!trace.ok()) {
    if (trace.status().code() != Code::kNotFound) return Fail(trace.status());
    return Fail(NotFound("no trace " + flags.trace_id + " at " + flags.output.server.url));
  }
  RenderOptions options = OptionsOf(flags.output);
  options.with_attributes = flags.with_attributes;
  options.spans_max = flags.spans_max;
  return Print(RenderTrace(*trace, options));
}

int ListTraces(TracesFlags flags) {
  int64_t lookback_micros = 0;
  if (!ParseLookback(flags.lookback, &lookback_micros)) {
    return Fail(InvalidArgument("--lookback takes a number and s, m, h or d, such as 1h"));
  }
  if (Status status = ReadCredentials(flags.output); !status.ok()) return Fail(status);
  TraceQuestion& question = flags.question;
  // A little into the future, for hosts whose clocks are ahead of ours.
  constexpr int64_t kClockSlackMicros = 60'000'000;
  const int64_t now = SystemClock().NowUnixNanos() / 1000;
  question.end_unix_micros = now + kClockSlackMicros;
  question.start_unix_micros = std::max<int64_t>(0, now - lookback_micros);
  auto traces = FetchTraceList(flags.output.server, question);
  if (!traces.ok()) return Fail(traces.status());
  return Print(RenderTraceList(*traces, OptionsOf(flags.output)));
}

void AddTraceCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand("trace", "Draw one trace with its log lines");
  auto flags = std::make_shared<TraceFlags>();
  command->add_option("id", flags->trace_id, "Trace id, hexadecimal")->required();
  command->add_flag("--attributes", flags->with_attributes, "Show the attributes of every span");
  command->add_option("--max-spans", flags->spans_max, "Draw at most so many spans; 0: all")
      ->capture_default_str();
  AddOutputFlags(*command, flags->output);
  command->callback([flags, exit_code] { *exit_code = ShowTrace(*flags); });
}

void AddTracesCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand("traces", "List traces, newest first");
  auto flags = std::make_shared<TracesFlags>();
  TraceQuestion& question = flags->question;
  command->add_option("--service", question.service, "Only with a span of this service");
  command->add_option("--operation", question.operation, "Only with a span of this name");
  command->add_option("--tag", question.tags, "Only with a span that has key=value (repeatable)");
  command->add_option("--min-duration", question.min_duration,
                      "Only with a span at least so long, such as 10ms");
  command->add_option("--max-duration", question.max_duration,
                      "Only with a span at most so long, such as 1.5s");
  command->add_option("--lookback", flags->lookback, "How far back to look: 30m, 1h, 7d")
      ->capture_default_str();
  command->add_option("--limit", question.limit, "How many")->capture_default_str();
  AddOutputFlags(*command, flags->output);
  command->callback([flags, exit_code] { *exit_code = ListTraces(*flags); });
}

}  // namespace

void AddCliCommands(CLI::App& app, int* exit_code) {
  AddTraceCommand(app, exit_code);
  AddTracesCommand(app, exit_code);
  AddCheckCommand(app, exit_code);
  AddStatCommand(app, exit_code);
}

}  // namespace spanhound::cli
