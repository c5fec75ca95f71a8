// A backend for tests on a real socket: keeps every HTTP request and answers what the test says, or
// takes connections and never answers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace spanhound::sdk::testing {

struct HttpRequest {
  std::string head;  // request line and headers
  std::string body;
};

class LoopbackServer {
 public:
  // What to send back for the nth request (from 0); "" leaves the client waiting for ever.
  using Answer = std::function<std::string(std::size_t n)>;

  static std::string Ok(const std::string& body = "") { return Response("200 OK", "", body); }
  static std::string Response(const std::string& status, const std::string& headers,
                              const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string Hang(std::size_t) { return ""; }

  explicit LoopbackServer(Answer answer = [](std::size_t) { return Ok(); })
      : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~LoopbackServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
    }
    for (std::thread& worker : workers_) worker.join();
    for (const int connection : connections_) close(connection);
  }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url(const std::string& path = "") const { return "http://" + address() + path; }

  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  // False when they do not come within a minute.
  bool WaitForRequests(std::size_t count) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::minutes(1),
                             [&] { return requests_.size() >= count; });
  }

 private:
  void Accept() {
    for (int connection; (connection = accept(listener_, nullptr, nullptr)) >= 0;) {
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      workers_.emplace_back([this, connection] { Serve(connection); });
    }
  }

  void Serve(int connection) {
    std::string buffer;
    for (HttpRequest request; Read(connection, &buffer, &request);) {
      std::size_t number = 0;
      {
        const std::lock_guard lock(mutex_);
        number = requests_.size();
        requests_.push_back(request);
        arrived_.notify_all();
      }
      const std::string answer = answer_(number);
      if (!answer.empty()) send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  static bool Read(int connection, std::string* buffer, HttpRequest* request) {
    const auto more = [&] {
      char bytes[4096];
      const ssize_t size = recv(connection, bytes, sizeof(bytes), 0);
      if (size > 0) buffer->append(bytes, static_cast<std::size_t>(size));
      return size > 0;
    };
    std::size_t end = 0;
    while ((end = buffer->find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return false;
    }
    request->head = buffer->substr(0, end);
    buffer->erase(0, end + 4);
    const std::size_t field = request->head.find("Content-Length: ");
    const std::size_t size =
        field == std::string::npos ? 0 : std::stoul(request->head.substr(field + 16));
    while (buffer->size() < size) {
      if (!more()) return false;
    }
    request->body = buffer->substr(0, size);
    buffer->erase(0, size);
    return true;
  }

  Answer answer_;
  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<HttpRequest> requests_;
  std::vector<int> connections_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

// An address where nothing listens: the port was free a moment ago.
inline std::string DeadAddress() {
  LoopbackServer server;
  return server.address();
}

}  // namespace spanhound::sdk::testing
