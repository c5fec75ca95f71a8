// Access: may this request in? What every HTTP and gRPC listener asks at the head of each request.
// With a file of credentials (credentials.h) a request needs one with the scope of the listener,
// and its tenant is the one of the credential; without a file everybody may do everything. The
// file is read again when it changes. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/status.h"
#include "model/tenancy.h"
#include "net/grpc/grpc_server.h"
#include "net/http/http_server.h"
#include "server/credentials.h"

namespace spanhound::server {

inline constexpr size_t kCredentialsBytesMax = 1 << 20;

class Access {
 public:
  // `path` empty: no file. Fails if the file cannot be used.
  static Result<std::unique_ptr<Access>> Open(const std::string& path, model::Tenancy tenancy);

  bool is_on() const { return !path_.empty(); }
  // On an error what was read before stays in force.
  Status Reload();

  // UNAUTHENTICATED without a credential this server knows, PERMISSION_DENIED without the scope
  // or for a tenant of others. Writes the tenant into the headers.
  Status Admit(Scope scope, std::vector<std::pair<std::string, std::string>>& headers) const;

  // For listeners; this outlives them.
  net::HttpAdmission ForHttp(Scope scope) const;
  net::GrpcAdmission ForGrpc(Scope scope) const;

 private:
  Access(std::string path, model::Tenancy tenancy) : path_(std::move(path)), tenancy_(tenancy) {}

  const std::string path_;
  const model::Tenancy tenancy_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Credentials> credentials_;  // guarded by mutex_
};

}  // namespace spanhound::server
