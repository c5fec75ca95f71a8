// The first leg of the matrix: a traced HTTP server, with each of the libraries.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace spanhound::sdk {

enum class HttpForm { kBeast, kBeastCoroutine, kHttplib };

class HttpFront {
 public:
  virtual ~HttpFront() = default;
  virtual int port() const = 0;

  // Answers GET /pods with what `work` returns, one request per connection.
  static std::unique_ptr<HttpFront> Start(HttpForm form, std::function<std::string()> work);
};

}  // namespace spanhound::sdk
