#include "server/fluent_secrets.h"

#include <string_view>

#include "base/named_file.h"

namespace spanhound::server {
namespace {

constexpr size_t kSecretsBytesMax = 1 << 20;

// "NAME:PASSWORD" a line; empty lines and those that begin with # say nothing.
Status ReadUsers(std::string_view text, ingest::FluentSecrets* secrets) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return InvalidArgument("line " + std::to_string(number) + " is not NAME:PASSWORD");
    }
    secrets->users.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  return Status::Ok();
}

}  // namespace

Result<ingest::FluentSecrets> ReadFluentSecrets(const std::string& shared_key_file,
                                                const std::string& users_file) {
  ingest::FluentSecrets secrets;
  if (!shared_key_file.empty()) {
    ASSIGN_OR_RETURN(const NamedFile file, ReadNamedFile(shared_key_file, kSecretsBytesMax));
    secrets.shared_key = file.bytes.substr(0, file.bytes.find_last_not_of("\r\n") + 1);
    if (secrets.shared_key.empty()) return InvalidArgument(shared_key_file + ": the key is empty");
  }
  if (!users_file.empty()) {
    if (secrets.shared_key.empty()) {
      return InvalidArgument("fluent-users-file needs a fluent-shared-key-file");
    }
    ASSIGN_OR_RETURN(const NamedFile file, ReadNamedFile(users_file, kSecretsBytesMax));
    if (Status status = ReadUsers(file.bytes, &secrets); !status.ok()) {
      return status.WithContext(users_file);
    }
    if (secrets.users.empty()) return InvalidArgument(users_file + ": it names nobody");
  }
  return secrets;
}

}  // namespace spanhound::server
