#include "net/grpc/grpc_loop.h"

#include <grpc/support/time.h>

#include <utility>

namespace spanhound::net {
namespace {

thread_local const GrpcLoop* loop_of_this_thread = nullptr;

gpr_timespec DeadlineOf(HeldAnswers::Time time) {
  if (time == HeldAnswers::Time::max()) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  const std::chrono::nanoseconds left = time - std::chrono::steady_clock::now();
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

}  // namespace

GrpcLoop::GrpcLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue, size_t held_answers_max)
    : queue_(std::move(queue)), held_(held_answers_max) {}

GrpcLoop::~GrpcLoop() {
  if (thread_.joinable()) thread_.join();
}

void GrpcLoop::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void GrpcLoop::Run(Task task) {
  if (loop_of_this_thread == this) return task();
  bool is_first = false;
  {
    std::lock_guard lock(mutex_);
    is_first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  // An alarm that is over already: the one way to put something of our own into the queue.
  if (is_first) alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), &woken_);
}

void GrpcLoop::Woken(bool) {
  std::vector<Task> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (const Task& task : tasks) task();
}

void GrpcLoop::RemoveUser() {
  if (--user_count_ == 0 && is_closed_) queue_->Shutdown();
}

void GrpcLoop::Close() {
  is_closed_ = true;
  held_.GiveAll();
  if (user_count_ == 0) queue_->Shutdown();
}

void GrpcLoop::Loop() {
  loop_of_this_thread = this;
  void* tag = nullptr;
  bool ok = false;
  for (;;) {
    const auto next = queue_->AsyncNext(&tag, &ok, DeadlineOf(held_.wake_time()));
    if (next == grpc::CompletionQueue::SHUTDOWN) return;
    if (next == grpc::CompletionQueue::GOT_EVENT) static_cast<GrpcEvent*>(tag)->Happened(ok);
    held_.GiveDue(std::chrono::steady_clock::now());
  }
}

}  // namespace spanhound::net
