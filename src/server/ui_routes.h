// Serves the embedded web UI: its files by path, index.html for every other page of the
// single-page application. Built once, then const; any thread.
#pragma once

#include <span>
#include <string>

#include "net/http/http_server.h"
#include "server/ui_files.h"

namespace spanhound::server {

// `files` must stay valid; UiFiles() does for ever. `base_path`: base_path.h.
net::HttpHandler UiHandler(std::span<const UiFile> files, const std::string& base_path = {});

}  // namespace spanhound::server
