// The web UI's built files, embedded at build time from ui/dist (tools/embed_ui.py writes the
// table). Constant; any thread.
#pragma once

#include <span>
#include <string_view>

namespace spanhound::server {

struct UiFile {
  std::string_view path;          // "/index.html", "/assets/index-3f2a.js"
  std::string_view content_type;  // "text/html; charset=utf-8"
  std::string_view bytes;
  std::string_view gzip_bytes;  // empty where compression does not pay
};

std::span<const UiFile> UiFiles();

}  // namespace spanhound::server
