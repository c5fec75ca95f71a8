#include "net/held_answers.h"

#include <utility>

namespace spanhound::net {

HeldAnswers::HeldAnswers(size_t count_max) : count_max_(count_max), thread_([this] { Run(); }) {}

void HeldAnswers::Add(Time due, Answer answer) {
  std::unique_lock lock(mutex_);
  if (stops_) {
    lock.unlock();
    return answer();
  }
  const auto added = held_.emplace(due, std::move(answer));
  const bool is_first = added == held_.begin();
  Answer first = held_.size() > count_max_ ? TakeFirst() : nullptr;
  lock.unlock();
  if (first) return first();
  if (is_first) changed_.notify_one();
}

void HeldAnswers::Stop() {
  {
    std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

HeldAnswers::Answer HeldAnswers::TakeFirst() {
  Answer first = std::move(held_.begin()->second);
  held_.erase(held_.begin());
  return first;
}

void HeldAnswers::Run() {
  std::unique_lock lock(mutex_);
  while (!stops_ || !held_.empty()) {
    if (held_.empty()) {
      changed_.wait(lock, [this] { return stops_ || !held_.empty(); });
      continue;
    }
    const Time due = held_.begin()->first;
    if (!stops_ && std::chrono::steady_clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    const Answer answer = TakeFirst();
    lock.unlock();
    answer();
    lock.lock();
  }
}

}  // namespace spanhound::net
