#include "server/base_path.h"

#include <algorithm>
#include <cctype>

namespace spanhound::server {
namespace {

bool IsPathByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-_.~/").find(c) != std::string_view::npos;
}

void ReplaceAll(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Result<std::string> ParseBasePath(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return std::string();
  const bool is_path = text.starts_with('/') && !text.ends_with('/') &&
                       text.find("//") == text.npos && text.find("..") == text.npos &&
                       std::ranges::all_of(text, IsPathByte);
  if (is_path) return std::string(text);
  return InvalidArgument("'" + std::string(text) + "' is no path such as /jaeger");
}

net::HttpHandler BelowBasePath(std::string base_path, net::HttpHandler handler) {
  if (base_path.empty()) return handler;
  return [base_path = std::move(base_path), handler = std::move(handler)](
             net::HttpRequest request, net::HttpResponder respond) {
    const std::string_view path = request.path;
    const bool is_below = path.starts_with(base_path) &&
                          (path.size() == base_path.size() || path[base_path.size()] == '/');
    if (!is_below) {
      return respond({404, "text/plain; charset=utf-8", "all is below " + base_path + "/\n"});
    }
    request.path.erase(0, base_path.size());
    if (request.path.empty()) request.path = "/";
    handler(std::move(request), std::move(respond));
  };
}

std::string PageBelow(std::string_view base_path, std::string_view html) {
  std::string page(html);
  const std::string base(base_path);
  ReplaceAll(page, "href=\"/", "href=\"" + base + "/");
  ReplaceAll(page, "src=\"/", "src=\"" + base + "/");
  ReplaceAll(page, "<head>", "<head><meta name=\"base-path\" content=\"" + base + "\">");
  return page;
}

}  // namespace spanhound::server
