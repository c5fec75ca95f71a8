// The routes of the front: / with its script and style, /healthz, and from the back end as JSON
// /api/namespaces, /api/nodes, and with ?namespace= /api/pods, /api/deployments, /api/services.
//
// Threads: any number in Serve at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dashboard2api.grpc.pb.h"
#include "dashboard2ui/http_listener.h"
#include "spanhound/http_server.h"

namespace dashboard2ui {

// The value of ?username=, which becomes baggage; "donuts" if there is none, nullopt if it is no
// name (1 to 64 of A-Z a-z 0-9 . _ @ -).
std::optional<std::string> UsernameOf(std::string_view target);

// The value of ?namespace=; nullopt if there is none, or none that can be a name.
std::optional<std::string> NamespaceOf(std::string_view target);

class Front {
 public:
  explicit Front(std::unique_ptr<WeiYun::Dashboard2api::DashBoardService::StubInterface> back);

  Response Serve(const Request& request, const spanhound::sdk::HttpConnection& connection) const;

 private:
  Response Route(const Request& request) const;

  std::unique_ptr<WeiYun::Dashboard2api::DashBoardService::StubInterface> back_;
  spanhound::sdk::HttpServerTracing tracing_;
};

}  // namespace dashboard2ui
