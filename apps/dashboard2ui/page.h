// The page a browser gets: namespaces, nodes with usage, and what is in a namespace. Its texts are
// put in as text nodes, and its policy lets nothing else run.
#pragma once

#include <optional>
#include <string_view>

namespace dashboard2ui {

struct PageFile {
  std::string_view content_type;
  std::string_view body;
};

// "/", "/app.js" and "/style.css"; nullopt for every other path.
std::optional<PageFile> PageFileAt(std::string_view path);

// What the page may do: load its own script and style and talk to its own server.
std::string_view PageSecurityPolicy();

}  // namespace dashboard2ui
