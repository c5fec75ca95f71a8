// What a TLS server shows and asks for, from files, again when they change. TLS 1.2 or newer.
// Any thread; connections that are open keep what they began with.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <mutex>
#include <string>

#include "base/status.h"
#include "net/tls_files.h"

namespace spanhound::net {

class TlsContext {
 public:
  // INVALID_ARGUMENT if a file cannot be used or the key is not the certificate's.
  static Result<std::unique_ptr<TlsContext>> Load(TlsFiles files);

  std::shared_ptr<boost::asio::ssl::context> Current() const;
  // Reads the files again; on an error all stays as it was.
  Status Reload();

 private:
  explicit TlsContext(TlsFiles files) : files_(std::move(files)) {}

  const TlsFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> current_;  // guarded by mutex_
};

}  // namespace spanhound::net
