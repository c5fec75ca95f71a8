// What must hold for the head of an HTTP request before anybody believes it: no ambiguity two
// parsers could read differently (request smuggling), and a Host that is really ours (DNS
// rebinding: a web page whose name an attacker points at 127.0.0.1). Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanhound::net {

// An error the server answers by itself; status 0 means none.
struct HttpError {
  int status = 0;
  std::string message;

  explicit operator bool() const { return status != 0; }
};

// `head`: the raw bytes up to and including the empty line. Beast reads folded lines and some bare
// line ends; we refuse them.
HttpError CheckRawHead(std::string_view head);

// Headers by lower-case name, in the order sent.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// One Host, one length, no length beside chunks.
HttpError CheckHeaders(const HttpHeaders& headers, bool is_http_1_0);

// `host` as in the header, with or without a port. IP literals, localhost and names below it are
// ours always: no DNS answer can change where they point.
bool IsOurHost(std::string_view host, const std::vector<std::string>& allowed_hosts);

}  // namespace spanhound::net
