#include "net/queue_delay.h"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::milliseconds kInterval{50};  // soon enough for clients that wait seconds

}  // namespace

QueueDelay::QueueDelay(asio::io_context& io) : timer_(asio::make_strand(io)) {}

void QueueDelay::Start() {
  asio::post(timer_.get_executor(), [self = shared_from_this()] { self->Wait(); });
}

void QueueDelay::Close() {
  asio::post(timer_.get_executor(), [self = shared_from_this()] {
    self->is_closed_ = true;
    self->timer_.cancel();
  });
}

void QueueDelay::Wait() {
  if (is_closed_) return;
  timer_.expires_after(kInterval);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
    const auto late = asio::steady_timer::clock_type::now() - self->timer_.expiry();
    self->last_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(late).count();
    self->Wait();
  });
}

}  // namespace spanhound::net
