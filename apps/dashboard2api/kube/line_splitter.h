// Lines out of bytes that come in pieces of any size: a watch has one JSON object per line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dashboard2api::kube {

class LineSplitter {
 public:
  // etcd takes objects of 1.5 MiB; JSON of one may be some times larger.
  static constexpr std::size_t kLineBytesMax = 16u << 20;

  // Calls `on_line(line)` for each line that `bytes` completes, until one answers false. False
  // then, and when a line is too long; nothing more may be added after that.
  template <typename OnLine>
  bool Add(std::string_view bytes, OnLine on_line) {
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;
         end = bytes.find('\n')) {
      if (begun_.size() + end > kLineBytesMax) return false;
      begun_.append(bytes.substr(0, end));
      bytes.remove_prefix(end + 1);
      if (!begun_.empty() && !on_line(std::string_view(begun_))) return false;
      begun_.clear();
    }
    if (begun_.size() + bytes.size() > kLineBytesMax) return false;
    begun_.append(bytes);
    return true;
  }

 private:
  std::string begun_;
};

}  // namespace dashboard2api::kube
