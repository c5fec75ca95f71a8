#include "server/ui_routes.h"

#include "base/hash_map.h"
#include "server/base_path.h"

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

net::HttpHandler UiHandler(std::span<const UiFile> files, const std::string& base_path) {
  HashMap<std::string_view, const UiFile*> by_path;
  for (const UiFile& file : files) by_path[file.path] = &file;
  std::string page;  // index.html where it is not as it was built
  if (auto index = by_path.find("/index.html"); !base_path.empty() && index != by_path.end()) {
    page = PageBelow(base_path, index->second->bytes);
  }
  return [by_path = std::move(by_path), page = std::move(page)](net::HttpRequest request,
                                                                net::HttpResponder respond) {
    auto found = by_path.find(request.path);
    const bool is_page = !request.path.starts_with("/api/") && request.path != "/api" &&
                         !request.path.starts_with("/assets/");
    if (found == by_path.end() && is_page) found = by_path.find("/index.html");
    if (found == by_path.end()) {
      return respond({404, "text/plain; charset=utf-8", "nothing here: " + request.path + "\n"});
    }
    const UiFile& file = *found->second;
    if (!page.empty() && file.path == "/index.html") {
      return respond(Respond({file.path, file.content_type, page, {}}, false));
    }
    const bool accepts_gzip =
        request.header("accept-encoding").find("gzip") != std::string_view::npos;
    respond(Respond(file, accepts_gzip));
  };
}

}  // namespace spanhound::server
