// The server's side of the forward protocol's handshake: HELO with two salts, a PING that proves
// the client knows the shared key and, where there are users, a password, and the PONG that proves
// the server knows the key too. Passwords and keys never cross the wire. One connection, one
// thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/logs/fluent_forward.h"

namespace spanhound::ingest {

struct FluentSecrets {
  std::string shared_key;  // empty: no handshake, everybody may send
  std::vector<std::pair<std::string, std::string>> users;  // name and password; need a shared key
};

class FluentHandshake {
 public:
  // `secrets` outlives this.
  explicit FluentHandshake(const FluentSecrets& secrets);

  std::string Helo() const;
  // The PONG to a PING; `*is_authenticated` says what it says.
  std::string Pong(const wire::FluentPing& ping, bool* is_authenticated) const;

 private:
  const char* WhyNot(const wire::FluentPing& ping) const;

  const FluentSecrets& secrets_;
  std::string nonce_;
  std::string password_salt_;  // empty without users
};

}  // namespace spanhound::ingest
