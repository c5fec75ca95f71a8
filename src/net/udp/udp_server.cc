#include "net/udp/udp_server.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace spanhound::net {
namespace {

constexpr size_t kDatagramsPerCall = 32;
// What the handler gets at a time: enough that storing it is worth the trouble.
constexpr size_t kBatchBytesMax = 1u << 20;
// The kernel tells of what it lost only with the next datagram it keeps; when none comes, it is
// asked.
constexpr int kLossCheckMs = 500;
// A small datagram takes more memory in the queue than its bytes.
constexpr size_t kQueuedOverheadBytes = 64;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

Status SystemError(const std::string& what) {
  return Unavailable(what + ": " + std::strerror(errno));
}

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;
};

bool ParseAddress(const std::string& text, uint16_t port, SocketAddress* address) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address->storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address->storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address->size = sizeof *v4;
    return true;
  }
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) != 1) return false;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  address->size = sizeof *v6;
  return true;
}

struct UdpCounters {
  UdpCounters(Metrics& all, const std::string& server)
      : metrics(all),
        received(all.NewCounter("spanhound_udp_packets_received_total",
                                "Handled, dropped or still queued.", {{"server", server}})),
        handled(all.NewCounter("spanhound_udp_packets_handled_total", "Given to the decoder.",
                               {{"server", server}})),
        queued(all.NewLevel("spanhound_udp_packets_queued", "Waiting for the decoder.",
                            {{"server", server}})),
        too_large(Dropped(server, "too_large")),
        queue_full(Dropped(server, "queue_full")),
        socket_buffer(Dropped(server, "socket_buffer")) {}

  void Drop(Counter& reason, uint64_t count = 1) {
    metrics.Together([&] {
      received.Add(count);
      reason.Add(count);
    });
  }

  Metrics& metrics;
  Counter& received;
  Counter& handled;
  Level& queued;
  Counter& too_large;
  Counter& queue_full;
  Counter& socket_buffer;

 private:
  Counter& Dropped(const std::string& server, const char* reason) {
    return metrics.NewCounter("spanhound_udp_packets_dropped_total", "Packets lost, by reason.",
                              {{"server", server}, {"reason", reason}});
  }
};

// Room for one call of recvmmsg.
class ReceiveBuffers {
 public:
  explicit ReceiveBuffers(size_t datagram_bytes_max)
      : stride_(datagram_bytes_max),
        bytes_(std::make_unique_for_overwrite<char[]>(stride_ * kDatagramsPerCall)) {}

  // How many came; 0 if none waits.
  size_t Receive(int socket) {
    for (size_t i = 0; i < kDatagramsPerCall; ++i) {
      vectors_[i] = {bytes_.get() + i * stride_, stride_};
      messages_[i] = {};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
      messages_[i].msg_hdr.msg_control = controls_[i].bytes;
      messages_[i].msg_hdr.msg_controllen = sizeof controls_[i].bytes;
    }
    const int count = recvmmsg(socket, messages_, kDatagramsPerCall, MSG_DONTWAIT, nullptr);
    return count > 0 ? static_cast<size_t>(count) : 0;
  }

  std::string_view bytes(size_t index) const {
    return {bytes_.get() + index * stride_, messages_[index].msg_len};
  }
  bool is_cut(size_t index) const { return (messages_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0; }

  // How many datagrams the socket has lost so far, as of that one; nothing said: 0.
  uint32_t lost_so_far(size_t index) {
    msghdr& header = messages_[index].msg_hdr;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) continue;
      uint32_t lost;
      std::memcpy(&lost, CMSG_DATA(part), sizeof lost);
      return lost;
    }
    return 0;
  }

 private:
  struct Control {
    alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(uint32_t))];
  };
  const size_t stride_;
  const std::unique_ptr<char[]> bytes_;
  iovec vectors_[kDatagramsPerCall];
  mmsghdr messages_[kDatagramsPerCall];
  Control controls_[kDatagramsPerCall];
};

class PosixUdpServer : public UdpServer {
 public:
  PosixUdpServer(UdpServerOptions options, UdpHandler handler, Metrics& metrics, int socket)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        counters_(metrics, options_.name),
        socket_(socket),
        wake_(eventfd(0, EFD_CLOEXEC)) {}

  ~PosixUdpServer() override { Stop(); }

  Status Begin() {
    if (socket_.number() < 0 || wake_.number() < 0) return SystemError(options_.name + ": socket");
    RETURN_IF_ERROR(Bind());
    receiver_ = std::thread([this] { ReceiveAll(); });
    worker_ = std::thread([this] { HandleAll(); });
    return Status::Ok();
  }

  uint16_t port() const override { return port_; }

  void Stop() override {
    if (!receiver_.joinable()) return;
    const uint64_t one = 1;
    if (write(wake_.number(), &one, sizeof one) < 0) {
      Log(LogLevel::kError, SystemError(options_.name + ": stop").message());
    }
    receiver_.join();
    {
      std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    queued_.notify_one();
    worker_.join();
  }

 private:
  Status Bind() {
    SocketAddress address;
    if (!ParseAddress(options_.address, options_.port, &address)) {
      return InvalidArgument(options_.name + ": not an IP address: " + options_.address);
    }
    const int socket = socket_.number();
    const int on = 1;
    const int bytes = options_.socket_buffer_bytes;
    setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    // With the privilege for it past the system's limit, else up to it.
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    if (bind(socket, reinterpret_cast<sockaddr*>(&address.storage), address.size) != 0) {
      return SystemError(options_.name + ": listen on " + options_.address + ":" +
                         std::to_string(options_.port) + "/udp");
    }
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) {
      return SystemError(options_.name + ": getsockname");
    }
    // At the same place in both kinds of address.
    port_ = ntohs(reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port);
    return Status::Ok();
  }

  void ReceiveAll() {
    ReceiveBuffers buffers(options_.datagram_bytes_max);
    pollfd watched[2] = {{socket_.number(), POLLIN, 0}, {wake_.number(), POLLIN, 0}};
    bool is_loss_known = true;
    while (true) {
      if (poll(watched, 2, is_loss_known ? -1 : kLossCheckMs) < 0 && errno != EINTR) {
        return Log(LogLevel::kError, SystemError(options_.name + ": poll").message());
      }
      if (watched[1].revents != 0) return CountLost(LostSoFar());
      is_loss_known = watched[0].revents == 0;
      if (is_loss_known) CountLost(LostSoFar());
      const size_t count = buffers.Receive(socket_.number());
      for (size_t i = 0; i < count; ++i) {
        CountLost(buffers.lost_so_far(i));
        Enqueue(buffers.bytes(i), buffers.is_cut(i));
      }
      if (count > 0) queued_.notify_one();
    }
  }

  // By the kernel's own account, which needs no further datagram.
  uint32_t LostSoFar() const {
    uint32_t memory_info[SK_MEMINFO_VARS] = {};
    socklen_t size = sizeof memory_info;
    if (getsockopt(socket_.number(), SOL_SOCKET, SO_MEMINFO, memory_info, &size) != 0) return 0;
    return memory_info[SK_MEMINFO_DROPS];
  }

  void CountLost(uint32_t lost_so_far) {
    // It may wrap around, and what a datagram says may be older than what the kernel was asked for.
    const int32_t more = static_cast<int32_t>(lost_so_far - lost_so_far_);
    if (lost_so_far == 0 || more <= 0) return;
    counters_.Drop(counters_.socket_buffer, static_cast<uint64_t>(more));
    lost_so_far_ = lost_so_far;
  }

  void Enqueue(std::string_view bytes, bool is_cut) {
    if (is_cut) return counters_.Drop(counters_.too_large);
    std::lock_guard lock(mutex_);
    if (queue_bytes_ + bytes.size() + kQueuedOverheadBytes > options_.queue_bytes_max) {
      return counters_.Drop(counters_.queue_full);
    }
    queue_.emplace_back(bytes);
    queue_bytes_ += bytes.size() + kQueuedOverheadBytes;
    counters_.metrics.Together([&] {
      counters_.received.Add();
      counters_.queued.Add(1);
    });
  }

  void HandleAll() {
    while (true) {
      std::vector<std::string> datagrams = Take();
      if (datagrams.empty()) return;
      const uint64_t count = datagrams.size();
      handler_(std::move(datagrams));
      counters_.metrics.Together([&] {
        counters_.queued.Subtract(count);
        counters_.handled.Add(count);
      });
    }
  }

  // What waits, the oldest first; nothing once the server stops and nothing is left.
  std::vector<std::string> Take() {
    std::unique_lock lock(mutex_);
    queued_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
    std::vector<std::string> taken;
    for (size_t bytes = 0; !queue_.empty() && bytes < kBatchBytesMax; queue_.pop_front()) {
      bytes += queue_.front().size() + kQueuedOverheadBytes;
      queue_bytes_ -= queue_.front().size() + kQueuedOverheadBytes;
      taken.push_back(std::move(queue_.front()));
    }
    return taken;
  }

  const UdpServerOptions options_;
  const UdpHandler handler_;
  UdpCounters counters_;
  const FileDescriptor socket_;
  const FileDescriptor wake_;  // tells the receiver to end
  uint16_t port_ = 0;
  uint32_t lost_so_far_ = 0;  // by the kernel; of the receiver alone
  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<std::string> queue_;  // guarded by mutex_
  size_t queue_bytes_ = 0;         // guarded by mutex_
  bool is_stopping_ = false;       // guarded by mutex_
  std::thread receiver_;
  std::thread worker_;
};

}  // namespace

Result<std::unique_ptr<UdpServer>> UdpServer::Start(UdpServerOptions options, UdpHandler handler,
                                                    Metrics& metrics) {
  const int family = options.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const int socket = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  auto server =
      std::make_unique<PosixUdpServer>(std::move(options), std::move(handler), metrics, socket);
  RETURN_IF_ERROR(server->Begin());
  return std::unique_ptr<UdpServer>(std::move(server));
}

}  // namespace spanhound::net
