#include "grpc/call_facts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "attribute_text.h"

namespace spanhound::sdk {
namespace {

constexpr std::array<std::string_view, 17> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

// What the synchronous server calls a method nobody registered.
constexpr std::string_view kUnknownMethod = "unknown";

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

// `text` itself when it is fit for an attribute, as nearly all is.
std::string_view Clean(std::string_view text, std::string* storage) {
  if (text.size() <= kAttributeBytesMax && IsAscii(text)) return text;
  *storage = AttributeText(text);
  return *storage;
}

Peer HostAndPort(std::string_view text, std::string* storage) {
  Peer peer;
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.find(']', colon) == text.npos;
  std::string_view host = has_port ? text.substr(0, colon) : text;
  if (has_port) {
    const std::string_view port = text.substr(colon + 1);
    std::from_chars(port.data(), port.data() + port.size(), peer.port);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  peer.address = Clean(host, storage);
  return peer;
}

}  // namespace

std::string_view StatusCodeName(grpc::StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodeNames.size() ? kCodeNames[index] : kCodeNames[grpc::StatusCode::UNKNOWN];
}

bool IsServerError(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS: return true;
    default: return false;
  }
}

MethodName ParseMethod(const char* method) {
  const std::string_view text = method == nullptr ? kUnknownMethod : std::string_view(method);
  const bool known = text != kUnknownMethod && text.find('/') != std::string_view::npos;
  return {AttributeText(text.starts_with('/') ? text.substr(1) : text), known};
}

Peer ParsePeer(std::string_view peer, std::string* storage) {
  const std::size_t colon = peer.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view scheme = peer.substr(0, colon);
  const std::string_view rest = peer.substr(colon + 1);
  if (scheme == "unix" || scheme == "unix-abstract") return {Clean(rest, storage), 0};
  if (scheme != "ipv4" && scheme != "ipv6") return {};
  if (rest.find('%') == std::string_view::npos) return HostAndPort(rest, storage);
  *storage = Replaced(Replaced(std::string(rest), "%5B", "["), "%5D", "]");
  return HostAndPort(*storage, storage);
}

Peer ParseTarget(std::string_view target, std::string* storage) {
  if (target.starts_with("ipv4:") || target.starts_with("ipv6:") || target.starts_with("unix")) {
    return ParsePeer(target, storage);
  }
  if (target.starts_with("dns:")) {
    target.remove_prefix(4);
    if (target.starts_with("//")) {
      target.remove_prefix(2);
      target.remove_prefix(std::min(target.find('/') + 1, target.size()));
    }
  }
  return HostAndPort(target, storage);
}

}  // namespace spanhound::sdk
