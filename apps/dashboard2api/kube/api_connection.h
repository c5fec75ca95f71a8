// GET requests to the Kubernetes API over one kept connection (libcurl): whole answers, and watches
// that are handed on as their bytes come. Every request is a client span below the current one.
//
// Threads: one at a time, except Stop. Failure: an Error that says whose fault it is and how long
// the server wants to be left alone; kUnreachable if it gave no answer, or not all of it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dashboard2api/kube/api_access.h"
#include "service/result.h"

namespace dashboard2api::kube {

inline constexpr std::size_t kReplyBytesMax = 64u << 20;  // a page of 500 objects of 128 KiB

struct ApiRequest {
  std::string target;                 // path and query
  std::string url_template;           // what the span is named by
  std::chrono::milliseconds timeout;  // all of it
};

class ApiConnection {
 public:
  explicit ApiConnection(ApiAccess access);
  ~ApiConnection();
  ApiConnection(const ApiConnection&) = delete;
  ApiConnection& operator=(const ApiConnection&) = delete;

  // The body of a 200.
  service::Result<std::string> Get(const ApiRequest& request);

  // Calls `on_open` once the server says 200, then `on_bytes` for each piece, of any size, until
  // the server ends the answer (no error), the connection breaks, or `on_bytes` returns false (no
  // error either).
  service::Result<service::Done> Stream(const ApiRequest& request,
                                        const std::function<void()>& on_open,
                                        const std::function<bool(std::string_view)>& on_bytes);

  // Ends the request under way, and all later ones, at once.
  void Stop();

 private:
  class Handle;
  struct Transfer;
  void Prepare(const ApiRequest& request, Transfer& transfer);
  service::Result<service::Done> Perform(const ApiRequest& request, Transfer& transfer);
  int Run();

  const ApiAccess access_;
  std::unique_ptr<Handle> handle_;
  std::atomic<bool> stopped_ = false;
};

// For a value in a query.
std::string PercentEncode(std::string_view text);

}  // namespace dashboard2api::kube
