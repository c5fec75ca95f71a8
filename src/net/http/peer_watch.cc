#include "net/http/peer_watch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace spanhound::net {
namespace {

constexpr uint64_t kStop = 0;  // no ticket's id

bool Add(int epoll, int socket, uint32_t events, uint64_t id) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0;
}

}  // namespace

PeerWatch::~PeerWatch() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (write(stop_event_, &one, sizeof one) == sizeof one) thread_.join();
  }
  if (stop_event_ >= 0) close(stop_event_);
  if (epoll_ >= 0) close(epoll_);
}

PeerWatch::Ticket PeerWatch::Watch(int socket, std::function<void()> gone) {
  std::lock_guard lock(mutex_);
  // Without descriptors to watch with, work just goes on to its end.
  if (!Start()) return {};
  const uint64_t id = next_id_++;
  if (!Add(epoll_, socket, EPOLLRDHUP | EPOLLONESHOT, id)) return {};
  watched_.emplace(id, std::move(gone));
  return {this, socket, id};
}

// Under mutex_.
bool PeerWatch::Start() {
  if (thread_.joinable()) return true;
  if (epoll_ < 0) epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (stop_event_ < 0) stop_event_ = eventfd(0, EFD_CLOEXEC);
  if (epoll_ < 0 || stop_event_ < 0 || !Add(epoll_, stop_event_, EPOLLIN, kStop)) return false;
  thread_ = std::thread([this] { Run(); });
  return true;
}

void PeerWatch::Run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) return;
    std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      const uint64_t id = events[static_cast<size_t>(i)].data.u64;
      if (id == kStop) return;
      const auto found = watched_.find(id);
      if (found == watched_.end()) continue;  // its ticket died meanwhile
      found->second();
      watched_.erase(found);
    }
  }
}

PeerWatch::Ticket::~Ticket() {
  if (watch_ == nullptr) return;
  std::lock_guard lock(watch_->mutex_);
  epoll_ctl(watch_->epoll_, EPOLL_CTL_DEL, socket_, nullptr);
  watch_->watched_.erase(id_);
}

}  // namespace spanhound::net
