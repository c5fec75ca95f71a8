#include "ingest/fluent_handshake.h"

#include <sys/random.h>

#include <algorithm>

#include "base/check.h"
#include "net/sha512.h"

namespace spanhound::ingest {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr std::string_view kServerName = "spanhound";

// Neither may be guessed: a digest of the right key over a known salt could be sent again.
std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  CHECK(getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count));
  return bytes;
}

// MessagePack text of less than 256 bytes.
void AppendText(std::string& out, std::string_view text) {
  out.push_back('\xd9');
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

void AppendBinary(std::string& out, std::string_view bytes) {
  out.push_back('\xc4');
  out.push_back(static_cast<char>(bytes.size()));
  out += bytes;
}

std::string KeyDigest(std::string_view salt, std::string_view hostname, std::string_view nonce,
                      std::string_view key) {
  return net::Sha512Hex(std::string(salt).append(hostname).append(nonce).append(key));
}

}  // namespace

FluentHandshake::FluentHandshake(const FluentSecrets& secrets)
    : secrets_(secrets),
      nonce_(RandomBytes(kSaltBytes)),
      password_salt_(secrets.users.empty() ? "" : RandomBytes(kSaltBytes)) {}

std::string FluentHandshake::Helo() const {
  std::string out = "\x92";
  AppendText(out, "HELO");
  out += "\x83";
  AppendText(out, "nonce");
  AppendBinary(out, nonce_);
  AppendText(out, "auth");
  AppendBinary(out, password_salt_);
  AppendText(out, "keepalive");
  out += "\xc3";
  return out;
}

// Null, or what the client is told. The comparisons take the same time wherever texts differ.
const char* FluentHandshake::WhyNot(const wire::FluentPing& ping) const {
  const std::string digest =
      KeyDigest(ping.shared_key_salt, ping.hostname, nonce_, secrets_.shared_key);
  if (!net::IsSameText(digest, ping.shared_key_digest)) return "shared_key mismatch";
  if (secrets_.users.empty()) return nullptr;
  const auto user =
      std::ranges::find(secrets_.users, ping.username, &std::pair<std::string, std::string>::first);
  const bool is_known = user != secrets_.users.end();
  const std::string password_digest =
      net::Sha512Hex(password_salt_ + std::string(ping.username) + (is_known ? user->second : ""));
  const bool is_same = net::IsSameText(password_digest, ping.password_digest);
  return is_known && is_same ? nullptr : "username/password mismatch";
}

std::string FluentHandshake::Pong(const wire::FluentPing& ping, bool* is_authenticated) const {
  const char* why_not = WhyNot(ping);
  *is_authenticated = why_not == nullptr;
  std::string out = "\x95";
  AppendText(out, "PONG");
  out += *is_authenticated ? "\xc3" : "\xc2";
  AppendText(out, *is_authenticated ? "" : why_not);
  AppendText(out, *is_authenticated ? kServerName : "");
  AppendText(out, *is_authenticated
                      ? KeyDigest(ping.shared_key_salt, kServerName, nonce_, secrets_.shared_key)
                      : "");
  return out;
}

}  // namespace spanhound::ingest
