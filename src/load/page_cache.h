// Makes files cold without privileges, and without taking anybody else's pages away.
#pragma once

#include <string>

#include "base/status.h"

namespace spanhound::load {

// Drops what the page cache holds of the files below `directory`. Pages that are not on disk yet
// are written first. Files that vanish meanwhile are fine.
Status DropFromPageCache(const std::string& directory);

}  // namespace spanhound::load
