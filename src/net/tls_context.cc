#include "net/tls_context.h"

#include <openssl/ssl.h>

namespace spanhound::net {
namespace {

namespace ssl = boost::asio::ssl;
using ErrorCode = boost::system::error_code;

Status Unusable(const std::string& file, const ErrorCode& code) {
  return InvalidArgument("TLS: " + file + ": " + code.message());
}

Result<std::shared_ptr<ssl::context>> MakeContext(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  ErrorCode code;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  // An idle connection holds no buffers of OpenSSL's.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context->use_certificate_chain_file(files.certificate, code);
  if (code) return Unusable(files.certificate, code);
  context->use_private_key_file(files.key, ssl::context::pem, code);
  if (code) return Unusable(files.key, code);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return InvalidArgument("TLS: " + files.key + " is not the key of " + files.certificate);
  }
  if (files.authorities.empty()) return context;
  context->load_verify_file(files.authorities, code);
  if (code) return Unusable(files.authorities, code);
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, code);
  // Resumed sessions are checked only with a name for whom they are; without one they fail.
  constexpr unsigned char kSessionName[] = "spanhound";
  SSL_CTX_set_session_id_context(context->native_handle(), kSessionName, sizeof kSessionName);
  return context;
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::Load(TlsFiles files) {
  std::unique_ptr<TlsContext> context(new TlsContext(std::move(files)));
  RETURN_IF_ERROR(context->Reload());
  return context;
}

std::shared_ptr<ssl::context> TlsContext::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

Status TlsContext::Reload() {
  ASSIGN_OR_RETURN(std::shared_ptr<ssl::context> fresh, MakeContext(files_));
  std::lock_guard lock(mutex_);
  current_ = std::move(fresh);
  return Status::Ok();
}

}  // namespace spanhound::net
