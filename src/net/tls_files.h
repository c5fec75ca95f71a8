// The PEM files of one end of TLS. A value.
#pragma once

#include <string>

namespace spanhound::net {

struct TlsFiles {
  std::string certificate;  // of a server, the chain; empty: plain text
  std::string key;
  // Of a server: clients need a certificate one of these signed. Of a client: who may sign the
  // server's; empty: whom the system trusts.
  std::string authorities;

  bool is_on() const { return !certificate.empty(); }
};

}  // namespace spanhound::net
