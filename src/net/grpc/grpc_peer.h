// GrpcPeer: the client of one gRPC call, for work that can be stopped when nobody waits for it any
// more. Any thread may call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace spanhound::net {

class GrpcPeer {
 public:
  // Ends the watching when it dies; `gone` neither runs nor starts after that.
  class Ticket {
   public:
    Ticket() = default;
    explicit Ticket(std::shared_ptr<GrpcPeer> peer) : peer_(std::move(peer)) {}
    ~Ticket() {
      if (peer_ != nullptr) peer_->Forget();
    }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    const std::shared_ptr<GrpcPeer> peer_;
  };

  // `gone` is called once, when the client has cancelled its call or its deadline is over; at once
  // if that has been. It must not block. One at a time. `peer` null: a request over no connection.
  [[nodiscard]] static Ticket OnGone(std::shared_ptr<GrpcPeer> peer, std::function<void()> gone) {
    if (peer == nullptr) return Ticket();
    peer->Watch(std::move(gone));
    return Ticket(std::move(peer));
  }

  bool is_gone() const { return is_gone_; }
  void NoteGone() {
    std::lock_guard lock(mutex_);
    is_gone_ = true;
    if (gone_) gone_();
  }

 private:
  void Watch(std::function<void()> gone) {
    std::lock_guard lock(mutex_);
    if (is_gone_) return gone();
    gone_ = std::move(gone);
  }
  void Forget() {
    std::lock_guard lock(mutex_);
    gone_ = nullptr;
  }

  std::mutex mutex_;
  std::atomic<bool> is_gone_ = false;  // set under mutex_
  std::function<void()> gone_;         // guarded by mutex_
};

}  // namespace spanhound::net
