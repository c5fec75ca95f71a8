#include "host.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string_view>

namespace spanhound::sdk {
namespace {

std::string FirstLine(const char* path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

// The conventions' names of the architectures, where they differ from the kernel's.
std::string Architecture(std::string_view machine) {
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  if (machine.starts_with("armv")) return "arm32";
  if (machine.starts_with("i") && machine.ends_with("86")) return "x86";
  return std::string(machine);
}

// PRETTY_NAME of os-release, e.g. Debian GNU/Linux 12 (bookworm).
std::string OsDescription(const std::string& fallback) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kKey)) continue;
    std::string name = line.substr(kKey.size());
    std::erase(name, '"');
    return name;
  }
  return fallback;
}

}  // namespace

std::string HostIp(const Environment& environment) {
  if (const auto told = environment("HOST_IP")) return *told;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return "";
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    const bool up = (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0;
    if (!up || each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    const auto* const address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text)) != nullptr) return text;
  }
  return "";
}

std::map<std::string, std::string> HostAttributes() {
  std::map<std::string, std::string> attributes{{"os.type", "linux"}};
  utsname names{};
  if (uname(&names) == 0) {
    attributes["host.name"] = names.nodename;
    attributes["host.arch"] = Architecture(names.machine);
    attributes["os.version"] = names.release;
    attributes["os.description"] = OsDescription(std::string(names.sysname) + " " + names.release);
  }
  if (const std::string id = FirstLine("/etc/machine-id"); !id.empty()) attributes["host.id"] = id;
  return attributes;
}

std::map<std::string, std::string> ProcessAttributes() {
  std::map<std::string, std::string> attributes;
  std::error_code failed;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    attributes["process.executable.name"] = executable.filename().string();
    attributes["process.executable.path"] = executable.string();
  }
  // Only argv[0]: the arguments behind it may hold secrets.
  const std::string command_line = FirstLine("/proc/self/cmdline");
  if (const std::string command = command_line.c_str(); !command.empty()) {
    attributes["process.command"] = command;
  }
  return attributes;
}

std::string RandomUuid() {
  std::random_device device;
  std::array<std::uint8_t, 16> bytes{};
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(device());
  bytes[6] = (bytes[6] & 0x0F) | 0x40;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += {kHex[bytes[i] >> 4], kHex[bytes[i] & 15]};
  }
  return text;
}

}  // namespace spanhound::sdk
