// IoThreads: the threads that run a server's io_context. What a handler throws (no memory for one
// request, say) is logged, and the thread goes on. Owned by the server, used by one thread.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>
#include <vector>

namespace spanhound::net {

class IoThreads {
 public:
  // `name` is for logs. `io` is not done before Stop.
  IoThreads(boost::asio::io_context& io, std::string name);
  ~IoThreads() { Stop(); }

  void Start(int count);
  bool are_running() const { return !threads_.empty(); }
  // Waits for what `io` still has to do.
  void Stop();

 private:
  void Run();

  boost::asio::io_context& io_;
  const std::string name_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

}  // namespace spanhound::net
