// QueueDelay: how long what is ready to run on an io_context waits for one of its threads. Measured
// by a timer, which waits like everything else once it is due. Owned by its pending wait; the
// number may be read from any thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>

namespace spanhound::net {

class QueueDelay : public std::enable_shared_from_this<QueueDelay> {
 public:
  explicit QueueDelay(boost::asio::io_context& io);

  void Start();
  void Close();  // any thread
  int64_t last_ms() const { return last_ms_; }

 private:
  void Wait();

  boost::asio::steady_timer timer_;
  bool is_closed_ = false;  // on the timer's strand, as all but last_ms_
  std::atomic<int64_t> last_ms_ = 0;
};

}  // namespace spanhound::net
