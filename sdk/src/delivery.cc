#include "delivery.h"

#include <algorithm>
#include <random>

#include "gzip.h"

namespace spanhound::sdk {
namespace {

constexpr std::chrono::milliseconds kFirstPause{200};
constexpr std::chrono::milliseconds kLongestPause{5000};

// Half to all of the pause, so that clients of a restarted backend do not come all at once.
std::chrono::milliseconds Jitter(std::chrono::milliseconds pause) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::chrono::milliseconds(
      std::uniform_int_distribution<long>(pause.count() / 2, pause.count())(random));
}

}  // namespace

Delivery::Delivery(Settings settings, std::unique_ptr<Transport> transport)
    : settings_(std::move(settings)), transport_(std::move(transport)) {}

std::optional<std::string> Delivery::Deliver(std::string_view body, std::size_t items) {
  Reply reply = settings_.gzip ? Attempts(Gzip(body)) : Attempts(body);
  {
    const std::lock_guard lock(mutex_);
    items_ += items;
  }
  if (reply.kind == Reply::Kind::kAccepted) return std::move(reply.body);
  CountRejected(items, reply.error);
  return std::nullopt;
}

Reply Delivery::Attempts(std::string_view body) {
  const auto deadline = StopSignal::Clock::now() + settings_.timeout;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    Reply reply = transport_->Send(body, deadline, *settings_.stop);
    if (reply.kind != Reply::Kind::kRetry || settings_.stop->stopping()) return reply;
    const auto next = StopSignal::Clock::now() + std::max(Jitter(pause), reply.retry_after);
    if (next >= deadline || !settings_.stop->SleepUntil(next)) return reply;
  }
}

void Delivery::CountRejected(std::uint64_t items, std::string_view why) {
  {
    const std::lock_guard lock(mutex_);
    lost_ += items;
    last_error_ = why;
  }
  if (settings_.stop->stopping()) return;  // who shuts down tells the losses of all signals at once
  settings_.errors->Report(std::to_string(items) + " " + settings_.signal + " lost on the way to " +
                           transport_->destination() + ": " + std::string(why));
}

std::uint64_t Delivery::delivered() const {
  const std::lock_guard lock(mutex_);
  return items_ - std::min(items_, lost_);
}

std::uint64_t Delivery::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

std::optional<std::string> Delivery::Losses() const {
  const std::lock_guard lock(mutex_);
  if (lost_ == 0) return std::nullopt;
  return std::to_string(lost_) + " of " + std::to_string(items_) + " " + settings_.signal +
         " lost on the way to " + transport_->destination() + ": " + last_error_;
}

}  // namespace spanhound::sdk
