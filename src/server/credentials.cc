#include "server/credentials.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "base/base64.h"
#include "model/tenancy.h"

namespace spanhound::server {
namespace {

// Every token is compared with every line, so that time tells nothing.
constexpr size_t kIdentitiesMax = 1000;
constexpr mode_t kOthersMode = 077;

Status Wrong() { return {Code::kUnauthenticated, "no token or user this server knows"}; }

// The rest behind "Bearer " or "Basic ", whatever the case; empty if it is another scheme.
std::string_view AfterScheme(std::string_view authorization, std::string_view scheme) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
  const bool is_scheme = std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                                    [](char a, char b) { return a == (b | 0x20); });
  if (!is_scheme) return {};
  authorization.remove_prefix(scheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

Status ParseScopes(const std::string& text, uint8_t* scopes) {
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "write") {
      *scopes |= static_cast<uint8_t>(Scope::kWrite);
    } else if (word == "read") {
      *scopes |= static_cast<uint8_t>(Scope::kRead);
    } else if (word == "admin") {
      *scopes |= static_cast<uint8_t>(Scope::kAdmin);
    } else {
      return InvalidArgument("scopes are write, read and admin, with commas between");
    }
  }
  return Status::Ok();
}

Status ParseTenant(std::string_view text, std::string* tenant) {
  constexpr std::string_view kPrefix = "tenant=";
  if (!text.starts_with(kPrefix))
    return InvalidArgument("behind the scopes comes tenant=NAME or *");
  text.remove_prefix(kPrefix.size());
  if (text != "*" && !model::IsTenantName(text)) {
    return InvalidArgument("a tenant is 1 to 128 characters of A-Z a-z 0-9 _ . -");
  }
  *tenant = std::string(text);
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Credentials>> Credentials::Parse(const NamedFile& file,
                                                        std::string_view path) {
  auto credentials = std::make_unique<Credentials>();
  const bool may_be_plain = (file.mode & kOthersMode) == 0;
  std::istringstream lines(file.bytes);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const Status added = credentials->AddLine(line, may_be_plain);
    if (!added.ok()) {
      return added.WithContext(std::string(path) + " line " + std::to_string(number));
    }
  }
  if (credentials->identities_.empty()) {
    return InvalidArgument(std::string(path) + " names nobody; nobody could do anything");
  }
  return credentials;
}

Status Credentials::AddLine(std::string_view line, bool may_be_plain) {
  std::istringstream words{std::string(line)};
  const std::vector<std::string> parts{std::istream_iterator<std::string>(words), {}};
  if (parts.empty() || parts[0].starts_with('#')) return Status::Ok();
  if (parts.size() < 4 || parts.size() > 5) {
    return InvalidArgument("expected NAME bearer|basic SECRET SCOPES [tenant=NAME]");
  }
  Identity identity;
  identity.name = parts[0];
  if (parts[1] != "bearer" && parts[1] != "basic") {
    return InvalidArgument("the second word is bearer or basic");
  }
  const Kind kind = parts[1] == "basic" ? Kind::kBasic : Kind::kBearer;
  if (net::Secret::IsPlain(parts[2]) && !may_be_plain) {
    return InvalidArgument("a plain secret in a file others may read; chmod 600, or hash it");
  }
  ASSIGN_OR_RETURN(net::Secret secret, net::Secret::Parse(parts[2]));
  if (kind == Kind::kBearer && secret.is_slow()) {
    return InvalidArgument("a bearer token is sha256:HEX or plain:TEXT");
  }
  RETURN_IF_ERROR(ParseScopes(parts[3], &identity.scopes));
  if (parts.size() == 5) RETURN_IF_ERROR(ParseTenant(parts[4], &identity.tenant));
  const bool is_known =
      std::ranges::find(identities_, identity.name, &Identity::name) != identities_.end();
  if (is_known) return InvalidArgument("the name is there already");
  if (identities_.size() == kIdentitiesMax) return InvalidArgument("more than 1000 lines");
  identities_.push_back(std::move(identity));
  kinds_.push_back(kind);
  secrets_.push_back(std::move(secret));
  return Status::Ok();
}

Result<const Identity*> Credentials::Find(std::string_view authorization) const {
  if (authorization.empty()) return Status(Code::kUnauthenticated, "credentials are needed");
  const std::string_view token = AfterScheme(authorization, "bearer");
  if (!token.empty()) return FindToken(token);
  std::string user_and_password;
  const std::string_view encoded = AfterScheme(authorization, "basic");
  if (encoded.empty() || !FromBase64(encoded, &user_and_password)) return Wrong();
  const size_t colon = user_and_password.find(':');
  if (colon == std::string::npos) return Wrong();
  const std::string_view pair = user_and_password;
  return FindUser(pair.substr(0, colon), pair.substr(colon + 1));
}

Result<const Identity*> Credentials::FindToken(std::string_view token) const {
  const Identity* found = nullptr;
  for (size_t i = 0; i < identities_.size(); ++i) {
    if (kinds_[i] == Kind::kBearer && secrets_[i].Check(token).ok()) found = &identities_[i];
  }
  if (found == nullptr) return Wrong();
  return found;
}

Result<const Identity*> Credentials::FindUser(std::string_view user,
                                              std::string_view password) const {
  for (size_t i = 0; i < identities_.size(); ++i) {
    if (kinds_[i] != Kind::kBasic || identities_[i].name != user) continue;
    const Status checked = secrets_[i].Check(password);
    if (checked.ok()) return &identities_[i];
    return checked.code() == Code::kUnavailable ? checked : Wrong();
  }
  return Wrong();
}

}  // namespace spanhound::server
