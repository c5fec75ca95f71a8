// GrpcLoop: one thread with a completion queue of gRPC. It does the reading and writing of its
// connections and everything that is to be done for their calls, so that calls need no locks and
// none of it is handed from thread to thread: that costs more than the work itself. What other
// threads have to say to a call they say here; however much it is, it wakes the thread once.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/grpc/held_answers.h"

namespace spanhound::net {

// What a completion queue tells of: the tag of an operation.
class GrpcEvent {
 public:
  virtual void Happened(bool ok) = 0;

 protected:
  ~GrpcEvent() = default;
};

// One that calls a member function.
template <auto kMember>
class GrpcEventOf;
template <typename Owner, void (Owner::*kMember)(bool)>
class GrpcEventOf<kMember> final : public GrpcEvent {
 public:
  explicit GrpcEventOf(Owner& owner) : owner_(owner) {}
  void Happened(bool ok) override { (owner_.*kMember)(ok); }

 private:
  Owner& owner_;
};

class GrpcLoop {
 public:
  using Task = std::function<void()>;

  // Something that waits for events. The thread ends when the last of them has gone after Close.
  class User {
   public:
    explicit User(GrpcLoop& loop) : loop_(loop) { ++loop_.user_count_; }
    ~User() { loop_.RemoveUser(); }
    User(const User&) = delete;
    User& operator=(const User&) = delete;

   private:
    GrpcLoop& loop_;
  };

  GrpcLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue, size_t held_answers_max);
  // Waits for the thread: after Close, unless it was never started.
  ~GrpcLoop();
  GrpcLoop(const GrpcLoop&) = delete;
  GrpcLoop& operator=(const GrpcLoop&) = delete;

  // Once the server has been built.
  void Start();
  // Runs `task` on the loop's thread: at once if this is it. Any thread, until the loop has closed.
  void Run(Task task);

  // On the loop's thread only:
  grpc::ServerCompletionQueue* queue() { return queue_.get(); }
  HeldAnswers& held() { return held_; }
  // Nothing is held any more, and nothing new should be begun.
  void Close();
  bool is_closed() const { return is_closed_; }

 private:
  void Loop();
  void Woken(bool ok);
  void RemoveUser();

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::mutex mutex_;
  std::vector<Task> posted_;  // guarded by mutex_
  grpc::Alarm alarm_;         // set when the first task is posted
  GrpcEventOf<&GrpcLoop::Woken> woken_{*this};
  HeldAnswers held_;  // this and the rest: the loop's thread only
  size_t user_count_ = 0;
  bool is_closed_ = false;
  std::thread thread_;
};

}  // namespace spanhound::net
