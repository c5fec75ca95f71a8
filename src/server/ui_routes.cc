#include "server/ui_routes.h"

#include "base/hash_map.h"

namespace spanhound::server {
namespace {

// Scripts and styles come from us alone: a span name can never become code.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

net::HttpResponse Respond(const UiFile& file, bool accepts_gzip) {
  // Names under /assets/ carry a hash of their content, so they may be kept for ever.
  const bool is_hashed = file.path.starts_with("/assets/");
  net::HttpResponse response{200, std::string(file.content_type), ""};
  response.headers = {
      {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
  };
  if (accepts_gzip && !file.gzip_bytes.empty()) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
    response.body = file.gzip_bytes;
  } else {
    response.body = file.bytes;
  }
  return response;
}

}  // namespace

net::HttpHandler UiHandler(std::span<const UiFile> files) {
  HashMap<std::string_view, const UiFile*> by_path;
  for (const UiFile& file : files) by_path[file.path] = &file;
  return [by_path = std::move(by_path)](net::HttpRequest request, net::HttpResponder respond) {
    auto found = by_path.find(request.path);
    const bool is_page = !request.path.starts_with("/api/") && request.path != "/api" &&
                         !request.path.starts_with("/assets/");
    if (found == by_path.end() && is_page) found = by_path.find("/index.html");
    if (found == by_path.end()) {
      return respond({404, "text/plain; charset=utf-8", "nothing here: " + request.path + "\n"});
    }
    const bool accepts_gzip =
        request.header("accept-encoding").find("gzip") != std::string_view::npos;
    respond(Respond(*found->second, accepts_gzip));
  };
}

}  // namespace spanhound::server
