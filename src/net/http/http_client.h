// Small blocking HTTP/1.1 client with keep-alive, for the command line and the load generator.
// What it reads back is bounded. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "net/http/percent_encoding.h"  // what callers build their targets with

namespace spanhound::net {

struct HttpClientResponse {
  int status = 0;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case

  // The first value, or "".
  std::string_view header(std::string_view lower_case_name) const;
};

class HttpClient {
 public:
  // `base_url` is "http://host:port" or "https://host:port", without a path. `authorities`: a PEM
  // file of who may sign the server's certificate; empty: whom the system trusts.
  static Result<std::unique_ptr<HttpClient>> Create(std::string_view base_url,
                                                    uint32_t timeout_ms = 30'000,
                                                    size_t response_bytes_max = 256u << 20,
                                                    const std::string& authorities = {});
  virtual ~HttpClient() = default;
  virtual Result<HttpClientResponse> Get(
      std::string_view target,
      const std::vector<std::pair<std::string, std::string>>& headers = {}) = 0;
  virtual Result<HttpClientResponse> Post(
      std::string_view target, std::string_view content_type, std::string_view body,
      const std::vector<std::pair<std::string, std::string>>& headers = {}) = 0;
};

}  // namespace spanhound::net
