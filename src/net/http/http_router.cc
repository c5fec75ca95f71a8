#include "net/http/http_router.h"

#include <algorithm>

#include "net/http/percent_encoding.h"

namespace spanhound::net {
namespace {

constexpr std::string_view kParameter = "{}";

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (size_t i = 0; i < path.size(); ++i) {
    bool fits = pattern[i] == kParameter ? !path[i].empty() : pattern[i] == path[i];
    if (!fits) return false;
  }
  return true;
}

// "/a/b" is a better match than "/a/{id}": the first literal decides.
bool IsMoreSpecific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    bool a_takes_all = a[i] == kParameter, b_takes_all = b[i] == kParameter;
    if (a_takes_all != b_takes_all) return b_takes_all;
  }
  return false;
}

}  // namespace

HttpRouter::HttpRouter(HttpErrorRenderer render_error) : render_error_(std::move(render_error)) {
  if (render_error_) return;
  render_error_ = [](const HttpRequest&, int status, std::string_view message) {
    return HttpResponse{status, "text/plain; charset=utf-8", std::string(message)};
  };
}

void HttpRouter::Add(std::string method, std::string pattern, HttpHandler handler) {
  Route route{std::move(method), {}, std::move(handler)};
  for (std::string_view segment : SplitPath(pattern)) {
    bool is_parameter = segment.starts_with('{') && segment.ends_with('}');
    route.segments.emplace_back(is_parameter ? kParameter : segment);
  }
  routes_.push_back(std::move(route));
}

void HttpRouter::SetFallback(HttpHandler handler) { fallback_ = std::move(handler); }

void HttpRouter::Handle(HttpRequest request, HttpResponder respond) const {
  std::vector<std::string> path;
  for (std::string_view segment : SplitPath(request.path)) {
    if (!PercentDecode(segment, &path.emplace_back())) {
      return respond(render_error_(request, 400, "malformed percent-encoding in the path"));
    }
  }
  std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  const Route* best = nullptr;
  std::string allowed;
  for (const Route& route : routes_) {
    if (!Matches(route.segments, path)) continue;
    if (allowed.find(route.method) == std::string::npos) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
    if (route.method != method) continue;
    if (best == nullptr || IsMoreSpecific(route.segments, best->segments)) best = &route;
  }
  if (best != nullptr) {
    for (size_t i = 0; i < path.size(); ++i) {
      if (best->segments[i] == kParameter) request.path_parameters.push_back(std::move(path[i]));
    }
    return best->handler(std::move(request), std::move(respond));
  }
  if (!allowed.empty()) {
    HttpResponse response = render_error_(request, 405, "method not allowed; use " + allowed);
    response.headers.emplace_back("Allow", allowed);
    return respond(std::move(response));
  }
  if (fallback_ && method == "GET") return fallback_(std::move(request), std::move(respond));
  respond(render_error_(request, 404, "no such path"));
}

}  // namespace spanhound::net
