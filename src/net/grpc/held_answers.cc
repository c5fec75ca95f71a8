#include "net/grpc/held_answers.h"

#include <utility>

namespace spanhound::net {

void HeldAnswers::Add(Time due, Answer answer) {
  if (holds_nothing_) return answer();
  const auto past = due.time_since_epoch() % kTogether;
  if (past.count() != 0) due += kTogether - past;
  held_.emplace(due, std::move(answer));
  if (held_.size() > count_max_) GiveFirst();
}

void HeldAnswers::GiveDue(Time now) {
  while (!held_.empty() && held_.begin()->first <= now) GiveFirst();
}

void HeldAnswers::GiveAll() {
  holds_nothing_ = true;
  while (!held_.empty()) GiveFirst();
}

void HeldAnswers::GiveFirst() {
  const Answer first = std::move(held_.begin()->second);
  held_.erase(held_.begin());
  first();
}

}  // namespace spanhound::net
