// A spdlog sink that keeps the lines, with the thread that wrote each.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace spanhound::sdk::testing {

class CapturedLines : public spdlog::sinks::base_sink<std::mutex> {
 public:
  struct Line {
    std::string text;
    std::thread::id writer;
  };
  std::vector<Line> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  // The text of a field of the newest line, by searching: the lines are flat.
  std::string Field(const std::string& name) {
    const std::string line = lines().empty() ? "" : lines().back().text;
    const std::string key = "\"" + name + "\":\"";
    const std::size_t start = line.find(key);
    if (start == std::string::npos) return "no field " + name;
    const std::size_t value = start + key.size();
    return line.substr(value, line.find('"', value) - value);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    lines_.push_back(
        {std::string(message.payload.data(), message.payload.size()), std::this_thread::get_id()});
  }
  void flush_() override {}

 private:
  std::vector<Line> lines_;
};

}  // namespace spanhound::sdk::testing
