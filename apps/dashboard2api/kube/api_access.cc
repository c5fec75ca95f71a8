#include "dashboard2api/kube/api_access.h"

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace dashboard2api::kube {
namespace {

using service::Error;
using service::ErrorCode;
using service::Result;

constexpr std::size_t kTokenBytesMax = 64 * 1024;
constexpr std::uintmax_t kKubeconfigBytesMax = 4 * 1024 * 1024;  // ten clusters fit in 100 KiB

Error Refused(std::string message) { return {ErrorCode::kRefused, std::move(message)}; }

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  while (text.ends_with('=') || text.ends_with('\n')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = Base64Value(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return bytes;
}

// The functions below may throw YAML::Exception; AccessFromKubeconfig catches it.

std::string TextOf(const YAML::Node& map, const std::string& key) {
  const YAML::Node value = map[key];
  return value.IsDefined() && !value.IsNull() ? value.as<std::string>() : std::string();
}

// The `inner` map of the entry of `list` that has this name.
YAML::Node Named(const YAML::Node& config, const std::string& list, const std::string& name,
                 const std::string& inner) {
  for (const YAML::Node& each : config[list]) {
    if (TextOf(each, "name") == name && each[inner].IsMap()) return each[inner];
  }
  throw YAML::Exception(YAML::Mark::null_mark(), list + " has no " + name);
}

// Files are named relative to the kubeconfig.
std::string FileOf(const YAML::Node& map, const std::string& key,
                   const std::filesystem::path& directory) {
  const std::string file = TextOf(map, key);
  return file.empty() ? file : (directory / file).string();
}

Pem PemOf(const YAML::Node& map, const std::string& key, const std::filesystem::path& directory) {
  const std::string encoded = TextOf(map, key + "-data");
  if (encoded.empty()) return {FileOf(map, key, directory), ""};
  std::optional<std::string> data = DecodeBase64(encoded);
  if (!data.has_value()) {
    throw YAML::Exception(YAML::Mark::null_mark(), key + "-data is no base64");
  }
  return {"", *std::move(data)};
}

ApiAccess Read(const YAML::Node& config, std::string context_name,
               const std::filesystem::path& directory) {
  if (context_name.empty()) context_name = TextOf(config, "current-context");
  const YAML::Node context = Named(config, "contexts", context_name, "context");
  const YAML::Node cluster = Named(config, "clusters", TextOf(context, "cluster"), "cluster");
  const YAML::Node user = Named(config, "users", TextOf(context, "user"), "user");
  if (user["exec"].IsDefined() || user["auth-provider"].IsDefined()) {
    throw YAML::Exception(YAML::Mark::null_mark(),
                          "the user logs in by a program, which is not supported; use a token");
  }
  ApiAccess access;
  access.url = TextOf(cluster, "server");
  access.ca = PemOf(cluster, "certificate-authority", directory);
  access.server_name = TextOf(cluster, "tls-server-name");
  access.skip_verification = cluster["insecure-skip-tls-verify"].as<bool>(false);
  access.client_certificate = PemOf(user, "client-certificate", directory);
  access.client_key = PemOf(user, "client-key", directory);
  access.token = TextOf(user, "token");
  access.token_file = FileOf(user, "tokenFile", directory);
  return access;
}

}  // namespace

Result<ApiAccess> AccessFromKubeconfig(const std::string& path, const std::string& context) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Refused("kubeconfig " + path + ": " + error.message());
  if (size > kKubeconfigBytesMax) return Refused("kubeconfig " + path + " is too large");
  try {
    const auto directory = std::filesystem::absolute(path).parent_path();
    return Checked(Read(YAML::LoadFile(path), context, directory));
  } catch (const std::exception& failure) {
    return Refused("kubeconfig " + path + ": " + failure.what());
  }
}

ApiAccess AccessInCluster(const std::string& host, const std::string& port,
                          const std::string& mount) {
  ApiAccess access;
  const bool is_v6 = host.find(':') != std::string::npos;
  access.url = "https://" + (is_v6 ? "[" + host + "]" : host) + ":" + port;
  access.token_file = mount + "/token";
  access.ca.file = mount + "/ca.crt";
  return access;
}

Result<ApiAccess> Checked(ApiAccess access) {
  while (access.url.ends_with('/')) access.url.pop_back();
  std::string_view rest = access.url;
  const bool is_https = rest.starts_with("https://");
  if (!is_https && !rest.starts_with("http://")) {
    return Refused("the Kubernetes API's URL is http(s)://host:port, not '" + access.url + "'");
  }
  rest.remove_prefix(is_https ? 8 : 7);
  if (rest.empty() || rest.find_first_of("/?#@ \r\n") != std::string_view::npos) {
    return Refused("the Kubernetes API's URL is http(s)://host:port, not '" + access.url + "'");
  }
  return access;
}

std::string TokenOf(const ApiAccess& access) {
  if (access.token_file.empty()) return access.token;
  std::ifstream file(access.token_file, std::ios::binary);
  std::string token(kTokenBytesMax, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) {
    token.pop_back();
  }
  return token;
}

}  // namespace dashboard2api::kube
