// A real redis-server for a test: a process of its own, on a free port of the loopback, with its
// files in a directory that goes away with it.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace spanhound::sdk::testing {

class RedisServer {
 public:
  RedisServer() {
    char directory[] = "/tmp/spanhound-redis-XXXXXX";
    directory_ = mkdtemp(directory);
    for (int attempt = 0; attempt < 5 && !running(); ++attempt) Start();
  }
  ~RedisServer() {
    Stop();
    std::filesystem::remove_all(directory_);
  }

  // False: there is no redis-server here, or it does not start.
  bool running() const { return process_ > 0; }
  int port() const { return port_; }

  void Stop() {
    if (!running()) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  static int FreePort() {
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    close(probe);
    return ntohs(address.sin_port);
  }

  void Start() {
    port_ = FreePort();
    std::vector<std::string> words = {"redis-server", "--port",    std::to_string(port_),
                                      "--bind",       "127.0.0.1", "--dir",
                                      directory_,     "--save",    "",
                                      "--logfile",    "redis.log"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when the test is killed
      const int nowhere = open("/dev/null", O_RDWR);
      for (const int standard : {0, 1, 2}) dup2(nowhere, standard);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    if (!Answers()) Stop();  // not installed, or somebody was faster to the port
  }

  bool Answers() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      redisContext* const connection = redisConnect("127.0.0.1", port_);
      const bool connected = connection != nullptr && connection->err == 0;
      if (connection != nullptr) redisFree(connection);
      if (connected) return true;
      if (waitpid(process_, nullptr, WNOHANG) != 0) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  std::string directory_;
  int port_ = 0;
  pid_t process_ = -1;
};

}  // namespace spanhound::sdk::testing
