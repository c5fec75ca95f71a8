// HttpRouter: (method, path pattern) -> handler. A pattern is a path in which "{name}" stands for
// one segment: "/api/traces/{id}". Unknown paths get 404, known paths with another method 405 with
// Allow, both through `render_error`. Built once, then const; Handle may run on any thread.
#pragma once

#include <string>
#include <vector>

#include "net/http/http_server.h"

namespace spanhound::net {

class HttpRouter {
 public:
  explicit HttpRouter(HttpErrorRenderer render_error = {});

  void Add(std::string method, std::string pattern, HttpHandler handler);
  // For GET of paths nothing else matches: the web UI.
  void SetFallback(HttpHandler handler);

  void Handle(HttpRequest request, HttpResponder respond) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    HttpHandler handler;
  };
  HttpErrorRenderer render_error_;
  std::vector<Route> routes_;
  HttpHandler fallback_;
};

}  // namespace spanhound::net
