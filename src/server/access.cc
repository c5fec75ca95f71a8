#include "server/access.h"

#include <algorithm>

namespace spanhound::server {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Status Denied(std::string message) { return {Code::kPermissionDenied, std::move(message)}; }

// One only: two could be read differently by whoever stands in front of us.
Result<std::string_view> Authorization(const Headers& headers) {
  std::string_view found;
  for (const auto& [name, value] : headers) {
    if (name != "authorization") continue;
    if (!found.empty()) return Status(Code::kUnauthenticated, "more than one Authorization");
    found = value;
  }
  return found;
}

// The tenant the headers name must be one the identity may speak for.
Status BindTenant(const Identity& identity, model::Tenancy tenancy, Headers& headers) {
  if (tenancy == model::Tenancy::kOff) return Status::Ok();
  ASSIGN_OR_RETURN(const std::string named, model::TenantOf(tenancy, headers));
  if (identity.tenant == "*") return Status::Ok();
  const std::string own =
      identity.tenant.empty() ? std::string(model::kDefaultTenant) : identity.tenant;
  const bool is_said = named != model::kDefaultTenant;
  if (is_said && named != own) return Denied("this credential is not for that tenant");
  model::SetTenant(own, &headers);
  return Status::Ok();
}

// A health probe has no credentials, and learns nothing but that the server is there.
bool IsHealth(const net::HttpRequest& head) {
  return head.method == "GET" && (head.path == "/" || head.path == "/status");
}

}  // namespace

Result<std::unique_ptr<Access>> Access::Open(const std::string& path, model::Tenancy tenancy) {
  std::unique_ptr<Access> access(new Access(path, tenancy));
  if (access->is_on()) RETURN_IF_ERROR(access->Reload());
  return access;
}

Status Access::Reload() {
  ASSIGN_OR_RETURN(const NamedFile file, ReadNamedFile(path_, kCredentialsBytesMax));
  ASSIGN_OR_RETURN(std::shared_ptr<const Credentials> fresh, Credentials::Parse(file, path_));
  const bool names_tenants = std::ranges::any_of(
      fresh->identities(), [](const Identity& one) { return !one.tenant.empty(); });
  if (names_tenants && tenancy_ == model::Tenancy::kOff) {
    return InvalidArgument(path_ + " names tenants, which needs tenancy: true");
  }
  std::lock_guard lock(mutex_);
  credentials_ = std::move(fresh);
  return Status::Ok();
}

Status Access::Admit(Scope scope, Headers& headers) const {
  if (!is_on()) return Status::Ok();
  std::shared_ptr<const Credentials> credentials;
  {
    std::lock_guard lock(mutex_);
    credentials = credentials_;
  }
  ASSIGN_OR_RETURN(const std::string_view authorization, Authorization(headers));
  ASSIGN_OR_RETURN(const Identity* identity, credentials->Find(authorization));
  if (!identity->may(scope)) return Denied("this credential has not the scope for that");
  return BindTenant(*identity, tenancy_, headers);
}

net::HttpAdmission Access::ForHttp(Scope scope) const {
  if (!is_on()) return {};
  return [this, scope](net::HttpRequest& head) {
    if (scope == Scope::kAdmin && IsHealth(head)) return Status::Ok();
    return Admit(scope, head.headers);
  };
}

net::GrpcAdmission Access::ForGrpc(Scope scope) const {
  if (!is_on()) return {};
  return [this, scope](net::GrpcRequest& head) { return Admit(scope, head.metadata); };
}

}  // namespace spanhound::server
