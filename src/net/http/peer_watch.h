// PeerWatch: tells when the other end of a connection has gone while nobody reads from it, so that
// work for it can be stopped. One thread with an epoll of its own, started when first needed,
// because the connection's strand is busy with that very work. Any thread may call.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace spanhound::net {

class PeerWatch {
 public:
  // Ends the watching when it dies; `gone` neither runs nor starts after that.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(PeerWatch* watch, int socket, uint64_t id) : watch_(watch), socket_(socket), id_(id) {}
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    PeerWatch* watch_ = nullptr;
    int socket_ = -1;
    uint64_t id_ = 0;
  };

  PeerWatch() = default;
  ~PeerWatch();
  PeerWatch(const PeerWatch&) = delete;
  PeerWatch& operator=(const PeerWatch&) = delete;

  // `socket` stays open until the ticket dies and is watched once at a time. `gone` is called at
  // most once, from the watching thread, and must not block. A peer that has closed its sending
  // half has gone: HTTP clients that still want an answer do not do that.
  [[nodiscard]] Ticket Watch(int socket, std::function<void()> gone);

 private:
  bool Start();
  void Run();

  std::mutex mutex_;
  std::unordered_map<uint64_t, std::function<void()>> watched_;  // guarded by mutex_
  uint64_t next_id_ = 1;
  int epoll_ = -1;
  int stop_event_ = -1;
  std::thread thread_;
};

// The client of one request. Empty in requests that came over no connection.
class HttpPeer {
 public:
  HttpPeer() = default;
  HttpPeer(PeerWatch* watch, int socket) : watch_(watch), socket_(socket) {}
  // While the handler of the request runs, and not longer.
  [[nodiscard]] PeerWatch::Ticket OnGone(std::function<void()> gone) const {
    return watch_ == nullptr ? PeerWatch::Ticket() : watch_->Watch(socket_, std::move(gone));
  }

 private:
  PeerWatch* watch_ = nullptr;
  int socket_ = -1;
};

}  // namespace spanhound::net
