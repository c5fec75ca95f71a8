#include "net/io_threads.h"

#include <exception>
#include <utility>

#include "base/log.h"

namespace spanhound::net {

IoThreads::IoThreads(boost::asio::io_context& io, std::string name)
    : io_(io), name_(std::move(name)), work_(io.get_executor()) {}

void IoThreads::Start(int count) {
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { Run(); });
}

void IoThreads::Stop() {
  work_.reset();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void IoThreads::Run() {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      Log(LogLevel::kError, name_ + ": " + error.what());
    }
  }
}

}  // namespace spanhound::net
