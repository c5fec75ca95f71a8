#include "server/config_sources.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

namespace spanhound::server {
namespace {

constexpr std::string_view kPrefix = "SPANHOUND_";
constexpr std::string_view kConfigVariable = "SPANHOUND_CONFIG";  // names the file; no setting

std::vector<std::string> SplitAtSpace(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

// A Service named "spanhound-query" gives every pod SPANHOUND_QUERY_PORT=tcp://10.0.0.1:16686.
bool IsServiceLink(std::string_view name, std::string_view value, bool is_setting) {
  if (value.starts_with("tcp://") || value.starts_with("udp://")) return true;
  return !is_setting && (name.find("_SERVICE_") != name.npos || name.find("_PORT_") != name.npos);
}

// A flag and a variable of ours are the setting's name already; a line of a file is not.
std::string PlaceOf(const config::GivenValue& given) {
  const bool says_name =
      given.origin == "--" + given.name || given.origin == EnvironmentName(given.name);
  return says_name ? given.origin : given.origin + ": " + given.name;
}

Status Apply(const config::GivenValue& given, ConfigInForce& config) {
  const auto found = std::ranges::find(config.settings, given.name,
                                       [](const auto& one) { return one.setting->name; });
  if (found == config.settings.end()) {
    return InvalidArgument(given.origin + ": there is no setting '" + given.name + "'");
  }
  const Setting& setting = *found->setting;
  if (!setting.is_list && given.values.size() != 1) {
    return InvalidArgument(PlaceOf(given) + " takes one value");
  }
  if (Status status = setting.read(given.values, config.config); !status.ok()) {
    return status.WithContext(PlaceOf(given));
  }
  found->values = given.values;
  found->origin = given.origin;
  return Status::Ok();
}

// Plain where YAML reads it as written, else in double quotes.
std::string YamlText(const std::string& value) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./%=:-";
  const bool is_plain =
      !value.empty() && value.find_first_not_of(kPlain) == value.npos &&
      (std::isalnum(static_cast<unsigned char>(value.front())) || value.front() == '/') &&
      value.back() != ':';
  if (is_plain) return value;
  std::string quoted = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + "\"";
}

std::string YamlList(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + YamlText(value);
  return "[" + text + "]";
}

}  // namespace

Result<ConfigInForce> ApplySettings(std::span<const config::GivenValue> given) {
  ConfigInForce config;
  for (const Setting& setting : Settings()) {
    std::vector<std::string> values;
    if (!setting.is_list) values.push_back(setting.default_text);
    config.settings.push_back({&setting, std::move(values), "default"});
  }
  for (const config::GivenValue& one : given) RETURN_IF_ERROR(Apply(one, config));
  return config;
}

std::vector<config::GivenValue> FromEnvironment(std::span<const std::string> environment,
                                                std::vector<std::string>* unknown) {
  std::vector<config::GivenValue> given;
  for (const std::string& variable : environment) {
    if (!variable.starts_with(kPrefix)) continue;
    const size_t equals = std::min(variable.find('='), variable.size());
    const std::string name = variable.substr(0, equals);
    const std::string value = variable.substr(std::min(equals + 1, variable.size()));
    const auto setting = std::ranges::find(
        Settings(), name, [](const Setting& one) { return EnvironmentName(one.name); });
    const bool is_setting = setting != Settings().end();
    if (name == kConfigVariable || IsServiceLink(name, value, is_setting)) continue;
    if (!is_setting) {
      unknown->push_back(name);
    } else {
      given.push_back({setting->name,
                       setting->is_list ? SplitAtSpace(value) : std::vector<std::string>{value},
                       name});
    }
  }
  return given;
}

std::string ConfigText(const ConfigInForce& config) {
  constexpr size_t kOriginColumn = 44;
  std::string text;
  for (const SettingInForce& one : config.settings) {
    std::string line = one.setting->name + ": " +
                       (one.setting->is_list ? YamlList(one.values) : YamlText(one.values[0]));
    if (line.size() < kOriginColumn) line.resize(kOriginColumn, ' ');
    text += line + "  # " + one.origin + "\n";
  }
  return text;
}

}  // namespace spanhound::server
