// From an HttpResponse to the bytes of an HTTP/1.1 reply. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "net/http/http_server.h"

namespace spanhound::net {

// Does the client's Accept-Encoding take gzip?
bool AcceptsGzip(std::string_view accept_encoding);

// Compresses the body, if the client takes it, the type is text and it is long enough to pay.
void CompressReply(std::string_view accept_encoding, HttpResponse& response);

// Status line and headers, with the length of the body. Bytes that would end a header line are
// replaced, whatever a handler put into a value.
std::string ReplyHead(const HttpResponse& response, bool keeps_alive);

}  // namespace spanhound::net
