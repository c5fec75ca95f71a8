#include "net/stream/stream_server.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace spanhound::net {
namespace {

using boost::asio::ip::tcp;

// Lines: "wait" answers when told to resume, "close" closes, anything else comes back.
class LineHandler : public StreamHandler {
 public:
  explicit LineHandler(std::shared_ptr<StreamPort> port) : port_(std::move(port)) {
    port_->Write("hello\n");
  }

  StreamNext OnBytes(std::string& buffer) override {
    for (size_t end; (end = buffer.find('\n')) != buffer.npos;) {
      const std::string line = buffer.substr(0, end + 1);
      buffer.erase(0, end + 1);
      if (line.starts_with("skip")) continue;
      if (line == "close\n") return StreamNext::kClose;
      if (line == "flood\n") {
        for (int i = 0; i < 100; ++i) port_->Write(std::string(10'000, 'x'));
      } else if (line == "wait\n") {
        std::thread([port = port_] {
          port->Write("waited\n");
          port->Resume(1);
        }).detach();
        return StreamNext::kWait;
      } else {
        port_->Write(line);
      }
    }
    return StreamNext::kMore;
  }

 private:
  std::shared_ptr<StreamPort> port_;
};

class Client {
 public:
  explicit Client(uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }
  void Send(const std::string& text) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(text), ignored);
  }
  // "" when the connection is closed before that many bytes.
  std::string Receive(size_t bytes) {
    std::string text(bytes, '\0');
    boost::system::error_code code;
    boost::asio::read(socket_, boost::asio::buffer(text), code);
    return code ? "" : text;
  }
  bool IsClosed() { return Receive(1).empty(); }

 private:
  boost::asio::io_context io_;
  tcp::socket socket_;
};

class StreamServerTest : public ::testing::Test {
 protected:
  void Start(StreamServerOptions options = {}) {
    options.name = "lines";
    auto server = StreamServer::Start(
        options, 2,
        [](std::shared_ptr<StreamPort> port) {
          return std::make_unique<LineHandler>(std::move(port));
        },
        metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(*server);
  }
  // The client may see the end of a connection before it is counted.
  bool Counted(const std::string& limit) {
    for (int i = 0; i < 1000 && !IsCounted(limit); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return IsCounted(limit);
  }
  bool IsCounted(const std::string& limit) {
    return metrics_.PrometheusText().find(
               "spanhound_stream_refused_total{server=\"lines\",limit=\"" + limit + "\"} 1\n") !=
           std::string::npos;
  }

  Metrics metrics_;
  std::unique_ptr<StreamServer> server_;
  std::vector<std::unique_ptr<Client>> clients_;
};

TEST_F(StreamServerTest, HandlersSpeakFirstAndAnswer) {
  Start();
  Client client(server_->port());
  EXPECT_EQ(client.Receive(6), "hello\n");
  client.Send("on");
  client.Send("e\ntwo\n");
  EXPECT_EQ(client.Receive(8), "one\ntwo\n");
}

TEST_F(StreamServerTest, AHandlerThatWaitsIsCalledAgainWithWhatIsLeft) {
  Start();
  Client client(server_->port());
  client.Send("wait\nafter\n");
  EXPECT_EQ(client.Receive(19), "hello\nwaited\nafter\n");
}

TEST_F(StreamServerTest, ClosesWhenTheHandlerSaysSo) {
  Start();
  Client client(server_->port());
  client.Send("last\nclose\nnever\n");
  EXPECT_EQ(client.Receive(11), "hello\nlast\n");
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(StreamServerTest, WhatNobodyTakesIsBounded) {
  StreamServerOptions options;
  options.buffer_bytes_max = 100'000;
  Start(options);
  Client client(server_->port());
  client.Send(std::string(300'000, 'x'));
  EXPECT_EQ(client.Receive(6), "hello\n");
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(Counted("buffer_bytes_max"));
}

TEST_F(StreamServerTest, AllConnectionsTogetherAreBounded) {
  StreamServerOptions options;
  options.in_flight_bytes_max = 100'000;
  Start(options);
  Client client(server_->port());
  client.Send(std::string(300'000, 'x'));
  EXPECT_EQ(client.Receive(6), "hello\n");
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(Counted("in_flight_bytes_max"));
}

// The room of a large message is given back once it is taken: the next one needs it.
TEST_F(StreamServerTest, RoomIsGivenBack) {
  StreamServerOptions options;
  options.in_flight_bytes_max = 4 << 20;
  Start(options);
  for (int i = 0; i < 8; ++i) {
    clients_.push_back(std::make_unique<Client>(server_->port()));
    const std::string line(1 << 20, 'x');
    clients_.back()->Send("skip" + line + "\nend\n");
    EXPECT_EQ(clients_.back()->Receive(10), "hello\nend\n");
  }
}

TEST_F(StreamServerTest, AnswersNobodyReadsAreBounded) {
  StreamServerOptions options;
  options.unread_bytes_max = 50'000;
  Start(options);
  Client client(server_->port());
  client.Send("flood\n");
  while (!client.IsClosed()) {
  }
  EXPECT_TRUE(Counted("unread_bytes_max"));
}

TEST_F(StreamServerTest, ConnectionsAreBounded) {
  StreamServerOptions options;
  options.connections_max = 1;
  Start(options);
  Client first(server_->port());
  EXPECT_EQ(first.Receive(6), "hello\n");
  Client second(server_->port());
  EXPECT_TRUE(second.IsClosed());
  EXPECT_TRUE(Counted("connections_max"));
}

TEST_F(StreamServerTest, SilentConnectionsAreClosed) {
  StreamServerOptions options;
  options.idle_timeout_ms = 20;
  Start(options);
  Client client(server_->port());
  EXPECT_EQ(client.Receive(6), "hello\n");
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(Counted("timeout"));
}

TEST_F(StreamServerTest, StopLetsAWaitingHandlerAnswer) {
  Start();
  Client client(server_->port());
  client.Send("wait\n");
  EXPECT_EQ(client.Receive(13), "hello\nwaited\n");
  server_->Stop(5'000);
  EXPECT_TRUE(client.IsClosed());
}

}  // namespace
}  // namespace spanhound::net
