// The file that says who may do what. One line for each token or user:
//
//   NAME  bearer|basic  SECRET  SCOPES  [tenant=NAME|*]
//   collector  bearer  sha256:9f86d081...  write
//   alice      basic   $2y$10$...          read,admin  tenant=*
//
// '#' begins a comment. SECRET is one of net/secret.h; with plain:TEXT in it, the file must be
// readable for its owner alone. Built once; Find may run on any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/named_file.h"
#include "base/status.h"
#include "net/secret.h"

namespace spanhound::server {

enum class Scope : uint8_t { kWrite = 1, kRead = 2, kAdmin = 4 };

struct Identity {
  std::string name;
  uint8_t scopes = 0;
  std::string tenant;  // "*": the one its requests name; empty: nothing was said

  bool may(Scope scope) const { return (scopes & static_cast<uint8_t>(scope)) != 0; }
};

class Credentials {
 public:
  // INVALID_ARGUMENT names the line, never what stands in it.
  static Result<std::unique_ptr<Credentials>> Parse(const NamedFile& file, std::string_view path);

  // Whom the value of an Authorization header proves: "Bearer TOKEN" or "Basic BASE64". Otherwise
  // UNAUTHENTICATED, or UNAVAILABLE (see net::Secret::Check).
  Result<const Identity*> Find(std::string_view authorization) const;

  const std::vector<Identity>& identities() const { return identities_; }

 private:
  enum class Kind { kBearer, kBasic };

  Status AddLine(std::string_view line, bool may_be_plain);
  Result<const Identity*> FindToken(std::string_view token) const;
  Result<const Identity*> FindUser(std::string_view user, std::string_view password) const;

  std::vector<Identity> identities_;  // those below at the same index
  std::vector<Kind> kinds_;
  mutable std::vector<net::Secret> secrets_;  // each guards itself
};

}  // namespace spanhound::server
