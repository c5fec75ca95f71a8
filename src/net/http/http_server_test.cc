#include "net/http/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "net/compression/gzip.h"
#include "net/http/http_client.h"

namespace spanhound::net {
namespace {

// A socket that sends exactly what a test says.
class RawConnection {
 public:
  explicit RawConnection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    timeval timeout{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }
  ~RawConnection() { close(fd_); }

  bool is_connected() const { return is_connected_; }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Until the server closes; "(reset)" at the end if it did so rudely.
  std::string ReadAll() {
    std::string all;
    char chunk[65536];
    ssize_t count;
    while ((count = recv(fd_, chunk, sizeof chunk, 0)) > 0) all.append(chunk, count);
    return count == 0 ? all : all + "(reset)";
  }

  // Whether an answer begins within a moment.
  bool IsAnswered() {
    constexpr int kMomentMs = 50;
    pollfd watched{fd_, POLLIN, 0};
    return poll(&watched, 1, kMomentMs) == 1;
  }

  std::string ReadUntil(std::string_view end) {
    std::string all;
    char c;
    while (!all.ends_with(end) && recv(fd_, &c, 1, 0) == 1) all.push_back(c);
    return all;
  }

 private:
  int fd_;
  bool is_connected_;
};

int StatusOf(const std::string& reply) {
  return reply.starts_with("HTTP/1.1 ") ? std::stoi(reply.substr(9, 3)) : -1;
}

long ResidentKib() {
  std::ifstream file("/proc/self/statm");
  long size, resident;
  file >> size >> resident;
  return resident * 4;
}

void Echo(HttpRequest request, HttpResponder respond) {
  respond({200, "text/plain", request.method + " " + request.path + " " + request.body});
}

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpHandler handler = Echo) {
    options_.name = "test";
    auto server = HttpServer::Start(options_, 2, std::move(handler), metrics_);
    ASSERT_TRUE(server.ok()) << server.status().ToString();
    server_ = std::move(server).value();
  }

  std::string Exchange(std::string_view bytes) {
    RawConnection connection(server_->port());
    connection.Send(bytes);
    return connection.ReadAll();
  }

  std::string Url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  bool HasMetric(const std::string& line) const {
    return metrics_.PrometheusText().find(line + "\n") != std::string::npos;
  }

  Metrics metrics_;
  HttpServerOptions options_;
  std::unique_ptr<HttpServer> server_;
};

// Threads that are all busy for longer than work may wait make new requests bounce, and later not.
TEST_F(HttpServerTest, WhenWorkWaitsTooLongNewRequestsAreToldToComeBack) {
  options_.queue_delay_max_ms = 20;
  std::promise<void> may_end;
  Start([ended = may_end.get_future().share()](HttpRequest request, HttpResponder respond) {
    if (request.path == "/slow") ended.wait();
    respond({200, "text/plain", "done"});
  });
  const std::string rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto goes_on = [&] { return std::chrono::steady_clock::now() < give_up_at; };
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 3; ++i) {  // two have a thread each, one waits
    slow.push_back(std::make_unique<RawConnection>(server_->port()));
    slow.back()->Send("GET /slow" + rest);
  }
  std::string refused;
  while (refused.empty() && goes_on()) {
    RawConnection next(server_->port());
    next.Send("GET /fast" + rest);
    if (next.IsAnswered()) refused = next.ReadAll();  // else it waits, too
  }
  EXPECT_EQ(StatusOf(refused), 503) << refused;
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
  may_end.set_value();
  int status = 503;
  while (status == 503 && goes_on()) status = StatusOf(Exchange("GET /fast" + rest));
  EXPECT_EQ(status, 200);
  EXPECT_FALSE(
      HasMetric(R"(spanhound_http_refused_total{server="test",limit="queue_delay_max_ms"} 0)"));
}

// A client that is to come back need not connect again, if reading past its body is cheap.
TEST_F(HttpServerTest, ARefusalBeforeTheBodyKeepsTheConnectionOfShortOnes) {
  std::atomic<bool> refuses{true};
  options_.refusal_hold_ms = 10;
  options_.admit = [&](HttpRequest&) { return refuses ? Unavailable("later") : Status::Ok(); };
  Start();
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
  RawConnection connection(server_->port());
  connection.Send(head + "300000\r\n\r\n" + std::string(1000, 'x'));
  const std::string refused = connection.ReadUntil("\r\n\r\n");
  EXPECT_EQ(StatusOf(refused), 503);
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
  connection.ReadUntil("later");
  refuses = false;
  connection.Send(std::string(299'000, 'x') + head + "2\r\nConnection: close\r\n\r\nok");
  const std::string again = connection.ReadAll();
  EXPECT_EQ(StatusOf(again), 200) << again;

  refuses = true;
  for (const std::string rest : {"2000000\r\n\r\n", "3\r\nExpect: 100-continue\r\n\r\n"}) {
    RawConnection closed(server_->port());
    closed.Send(head + rest);
    EXPECT_EQ(StatusOf(closed.ReadAll()), 503);
  }
}

class RefusingHttpServerTest : public HttpServerTest {
 protected:
  void StartRefusing(uint32_t refusal_hold_ms) {
    options_.refusal_hold_ms = refusal_hold_ms;
    options_.admit = [this](HttpRequest&) {
      ++refused_;
      return Unavailable("later");
    };
    Start();
  }
  std::chrono::milliseconds TimeOf(const std::string& request) {
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(StatusOf(Exchange(request)), 503);
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 started);
  }

  std::atomic<int> refused_{0};
  const std::string post_ =
      "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  const std::string get_ = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
};

TEST_F(RefusingHttpServerTest, WhoSendsAndMayComeBackIsToldALittleLater) {
  StartRefusing(300);
  EXPECT_GE(TimeOf(post_).count(), 290);
}

TEST_F(RefusingHttpServerTest, WhoAsksIsToldAtOnce) {
  StartRefusing(600'000);
  EXPECT_LT(TimeOf(get_).count(), 300'000);
}

TEST_F(RefusingHttpServerTest, StopTellsThoseThatAreHeld) {
  StartRefusing(600'000);
  RawConnection held(server_->port());
  held.Send(post_);
  while (refused_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto started = std::chrono::steady_clock::now();
  server_->Stop(300'000);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(100));
  EXPECT_EQ(StatusOf(held.ReadAll()), 503);
}

TEST_F(HttpServerTest, AHandlerMayLearnThatItsClientHasGone) {
  std::promise<void> begun, gone;
  Start([&](HttpRequest request, HttpResponder respond) {
    const auto watch = request.peer.OnGone([&] { gone.set_value(); });
    begun.set_value();
    gone.get_future().wait();
    respond({200, "text/plain", "nobody reads this"});
  });
  {
    RawConnection connection(server_->port());
    connection.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    begun.get_future().wait();
  }
  server_->Stop(10'000);  // which waits for the handler
}

TEST_F(HttpServerTest, KeepAliveAndPipelining) {
  Start();
  std::string replies = Exchange(
      "GET /a?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nxyz"
      "GET /c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  size_t a = replies.find("GET /a "), b = replies.find("POST /b xyz"), c = replies.find("GET /c ");
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_NE(c, std::string::npos) << replies;
  EXPECT_TRUE(HasMetric(R"(spanhound_http_requests_total{server="test",code="2xx"} 3)"));
  EXPECT_TRUE(HasMetric(R"(spanhound_http_connections_total{server="test"} 1)"));
}

TEST_F(HttpServerTest, QueryAndHeadersArriveDecoded) {
  Start([](HttpRequest request, HttpResponder respond) {
    respond({200, "text/plain",
             std::string(request.query_value("q")) + "|" + std::string(request.header("x-a"))});
  });
  std::string reply = Exchange(
      "GET http://localhost/p?q=%7Ba+b%7D HTTP/1.1\r\nHost: localhost\r\nX-A:  v \r\n"
      "Connection: close\r\n\r\n");
  EXPECT_TRUE(reply.ends_with("\r\n\r\n{a b}|v")) << reply;
}

TEST_F(HttpServerTest, ChunkedBodyInSmallPieces) {
  Start();
  RawConnection connection(server_->port());
  std::string request =
      "POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
      "\r\n4\r\nwiki\r\n6;ext=1\r\npedia \r\nb\r\nin \r\nchunks\r\n0\r\nTrailer: x\r\n\r\n";
  for (char c : request) ASSERT_TRUE(connection.Send({&c, 1}));
  EXPECT_TRUE(connection.ReadAll().ends_with("POST /c wikipedia in \r\nchunks"));
}

TEST_F(HttpServerTest, ExpectContinue) {
  options_.request.body_bytes_max = 100;
  Start();
  RawConnection connection(server_->port());
  connection.Send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(connection.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.Send("ok");
  EXPECT_TRUE(connection.ReadAll().ends_with("POST / ok"));
  EXPECT_EQ(StatusOf(Exchange("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                              "Content-Length: 101\r\n\r\n")),
            413);
  EXPECT_EQ(StatusOf(Exchange("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\n\r\n")), 417);
}

// More than the kernel takes from the server for a client that reads nothing.
constexpr size_t kLargeAnswerBytes = 24 << 20;

TEST_F(HttpServerTest, AnswersThatClientsDoNotReadAreBounded) {
  options_.unread_bytes_max = kLargeAnswerBytes + (kLargeAnswerBytes / 2);
  Start([](HttpRequest request, HttpResponder respond) {
    respond(
        {200, "application/x", std::string(request.path == "/large" ? kLargeAnswerBytes : 9, 'x')});
  });
  const std::string rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  RawConnection slow(server_->port());
  slow.Send("GET /large" + rest);
  EXPECT_EQ(StatusOf(slow.ReadUntil("\r\n\r\n")), 200);
  const std::string refused = Exchange("GET /large" + rest);
  EXPECT_EQ(StatusOf(refused), 503);
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(StatusOf(Exchange("GET /small" + rest)), 200);
  EXPECT_TRUE(
      HasMetric("spanhound_http_refused_total{server=\"test\",limit=\"unread_bytes_max\"} 1"));
  EXPECT_EQ(slow.ReadAll().size(), kLargeAnswerBytes);
  // The server knows a little later that all of it is sent.
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int status = 503;
  while (status == 503 && std::chrono::steady_clock::now() < give_up_at) {
    status = StatusOf(Exchange("GET /large" + rest));
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, AnswersOfClientsThatWentAwayAreForgotten) {
  options_.unread_bytes_max = kLargeAnswerBytes + (kLargeAnswerBytes / 2);
  Start([](HttpRequest, HttpResponder respond) {
    respond({200, "application/x", std::string(kLargeAnswerBytes, 'x')});
  });
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  {
    RawConnection gone(server_->port());
    gone.Send(request);
    EXPECT_EQ(StatusOf(gone.ReadUntil("\r\n\r\n")), 200);
  }
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int status = 503;
  while (status == 503 && std::chrono::steady_clock::now() < give_up_at) {
    status = StatusOf(Exchange(request));
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, RequestSmugglingIsRefused) {
  Start();
  const std::string host = "Host: localhost\r\n";
  for (const std::string& head : {
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 3\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 3, 3\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n",
           "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n",
           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
           "GET / HTTP/1.1\r\n" + host + "X-Folded: a\r\n b\r\n",
           "GET / HTTP/1.1\n" + host,
           "GET / HTTP/1.1\r\n" + host + host,
           std::string("GET / HTTP/1.1\r\n"),
           "GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n",
           "GET / HTTP/1.1\r\n" + host + "No-Colon\r\n",
           "GET  /  HTTP/1.1\r\n" + host,
           std::string("\x16\x03\x01 TLS to a plain port\r\n"),
       }) {
    EXPECT_EQ(StatusOf(Exchange(head + "\r\nabc")), 400) << head;
  }
  EXPECT_EQ(StatusOf(Exchange("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\nabc")),
            501);
  EXPECT_EQ(StatusOf(Exchange("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")) / 100, 4);
}

TEST_F(HttpServerTest, MalformedChunksAreRefused) {
  Start();
  const std::string head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(StatusOf(Exchange(head + "zz\r\nabc\r\n")), 400);
  EXPECT_EQ(StatusOf(Exchange(head + "3\r\nabcdef\r\n")), 400);
  EXPECT_EQ(StatusOf(Exchange(head + "fffffffffffffffff\r\nabc")), 400);
  EXPECT_EQ(StatusOf(Exchange(head + "1;" + std::string(300'000, 'e'))) / 100, 4);
}

TEST_F(HttpServerTest, ForeignHostsAreRefusedOnLoopback) {
  options_.allowed_hosts = {"traces.example"};
  Start();
  auto get = [&](const std::string& host) {
    return StatusOf(Exchange("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"));
  };
  EXPECT_EQ(get("attacker.example"), 421);
  EXPECT_EQ(get("127.0.0.1.attacker.example:80"), 421);
  EXPECT_EQ(get("traces.example:8080"), 200);
  EXPECT_EQ(get("[::1]:1"), 200);
  EXPECT_TRUE(HasMetric(R"(spanhound_http_refused_total{server="test",limit="host"} 2)"));
}

TEST_F(HttpServerTest, HeadHasLengthButNoBody) {
  Start();
  std::string reply = Exchange("HEAD /h HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(StatusOf(reply), 200);
  EXPECT_NE(reply.find("Content-Length: 8\r\n"), std::string::npos);
  EXPECT_TRUE(reply.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, OversizeHeads) {
  options_.header_bytes_max = 4096;
  Start();
  const std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\nX: ";
  EXPECT_EQ(StatusOf(Exchange(head + std::string(5000, 'x') + "\r\n\r\n")), 431);
  EXPECT_EQ(StatusOf(Exchange(head + std::string(500'000, 'x'))), 431);
  EXPECT_EQ(StatusOf(Exchange(head + std::string(4000, 'x') + "\r\nConnection: close\r\n\r\n")),
            200);
}

TEST_F(HttpServerTest, GzipBodies) {
  options_.request.body_bytes_max = 1 << 20;
  options_.render_error = [](const HttpRequest& request, int status, std::string_view message) {
    return HttpResponse{status, std::string(request.header("content-type")),
                        "rendered: " + std::string(message)};
  };
  Start();
  auto post = [&](const std::string& encoding, const std::string& body) {
    auto client = HttpClient::Create(Url());
    auto response =
        client.value()->Post("/z", "application/x-test", body, {{"Content-Encoding", encoding}});
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? response.value() : HttpClientResponse();
  };
  std::string members = GzipCompress("first ") + GzipCompress("second");
  EXPECT_EQ(post("gzip", members).body, "POST /z first second");
  EXPECT_EQ(post("identity", "plain").body, "POST /z plain");
  EXPECT_EQ(post("gzip", members.substr(0, members.size() - 4)).status, 400);
  EXPECT_EQ(post("gzip", "not gzip at all").status, 400);
  HttpClientResponse refused = post("br", "x");
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(refused.content_type, "application/x-test");
  EXPECT_TRUE(refused.body.starts_with("rendered: ")) << refused.body;
  EXPECT_EQ(post("gzip", GzipCompress(std::string(1 << 20, 'a'))).status, 200);
  EXPECT_EQ(post("gzip", GzipCompress(std::string((1 << 20) + 1, 'a'))).status, 413);
}

TEST_F(HttpServerTest, BombAndHugeBodyAreAnsweredInBoundedMemory) {
  options_.request.body_bytes_max = 4 << 20;
  Start();
  std::string bomb = GzipCompress(std::string(256 << 20, '\0'));
  std::string huge(100 << 20, 'x');
  long before = ResidentKib();
  auto client = HttpClient::Create(Url());
  auto answer = client.value()->Post("/", "x/y", bomb, {{"Content-Encoding", "gzip"}});
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_EQ(answer.value().status, 413);

  // A client that sends all of it before it looks for an answer, with and without a length.
  for (std::string length : {"Content-Length: 104857600", "Transfer-Encoding: chunked"}) {
    RawConnection connection(server_->port());
    connection.Send("POST / HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n");
    if (length.starts_with("Transfer")) connection.Send("6400000\r\n");
    EXPECT_TRUE(connection.Send(huge));
    std::string reply = connection.ReadUntil("\r\n\r\n");
    EXPECT_EQ(StatusOf(reply), 413) << reply;
  }
  EXPECT_LT(ResidentKib() - before, 40 << 10);
  EXPECT_TRUE(HasMetric(R"(spanhound_http_refused_total{server="test",limit="body_bytes_max"} 3)"));
}

TEST_F(HttpServerTest, InFlightBytesAreBounded) {
  options_.in_flight_bytes_max = 1 << 20;
  std::mutex mutex;
  std::vector<HttpResponder> waiting;
  Start([&](HttpRequest, HttpResponder respond) {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
  });
  std::string request =
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 800000\r\n"
      "Connection: close\r\n\r\n" +
      std::string(800'000, 'x');
  RawConnection first(server_->port());
  first.Send(request);
  while (true) {
    std::lock_guard lock(mutex);
    if (!waiting.empty()) break;
  }
  std::string refused = Exchange(request);
  EXPECT_EQ(StatusOf(refused), 503);
  EXPECT_NE(refused.find("Retry-After: "), std::string::npos);
  waiting[0]({200, "text/plain", "done"});
  EXPECT_EQ(StatusOf(first.ReadAll()), 200);
  std::thread third([&] { EXPECT_EQ(StatusOf(Exchange(request)), 200); });
  while (true) {
    std::lock_guard lock(mutex);
    if (waiting.size() == 2) break;
  }
  waiting[1]({200, "text/plain", "done"});
  third.join();
}

TEST_F(HttpServerTest, InFlightBytesMayBeBoundedTogetherWithOtherServers) {
  options_.in_flight = std::make_shared<ByteBudget>(1000);
  Start(Echo);
  const std::string request =
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\nConnection: close\r\n\r\n" +
      std::string(500, 'x');
  ASSERT_TRUE(options_.in_flight->Take(900));  // another server's
  EXPECT_EQ(StatusOf(Exchange(request)), 503);
  EXPECT_TRUE(
      HasMetric(R"(spanhound_http_refused_total{server="test",limit="in_flight_bytes_max"} 1)"));
  options_.in_flight->Give(900);
  EXPECT_EQ(StatusOf(Exchange(request)), 200);
}

TEST_F(HttpServerTest, ABodyThereIsNoRoomForIsNotRead) {
  options_.in_flight_bytes_max = 1 << 20;
  std::promise<HttpResponder> held;
  Start([&](HttpRequest request, HttpResponder respond) {
    if (request.path == "/held") return held.set_value(std::move(respond));
    Echo(std::move(request), std::move(respond));
  });
  const auto head = [](const std::string& path, size_t length) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  };
  RawConnection holder(server_->port());
  holder.Send(head("/held", 800'000) + std::string(800'000, 'x'));
  HttpResponder respond = held.get_future().get();
  RawConnection connection(server_->port());
  connection.Send(head("/", 500'000));
  const std::string reply = connection.ReadUntil("try again");
  EXPECT_EQ(StatusOf(reply), 503);
  EXPECT_NE(reply.find("Retry-After: "), std::string::npos);
  EXPECT_TRUE(
      HasMetric(R"(spanhound_http_refused_total{server="test",limit="in_flight_bytes_max"} 1)"));
  // There is room for a short one, by the connection that was kept.
  connection.Send(std::string(500'000, 'x') + head("/", 3) + "abc");
  EXPECT_EQ(StatusOf(connection.ReadUntil("abc")), 200);
  respond({200, "text/plain", "done"});
  EXPECT_EQ(StatusOf(holder.ReadUntil("done")), 200);
}

TEST_F(HttpServerTest, SlowSendersAreDropped) {
  options_.header_timeout_ms = 200;
  options_.body_timeout_ms = 200;
  Start();
  auto started = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 20; ++i) slow.push_back(std::make_unique<RawConnection>(server_->port()));
  for (int i = 0; i < 20; ++i) {
    slow[i]->Send(i % 2 == 0 ? "GET / HTT"
                             : "POST / HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Length: 9\r\n\r\nabc");
  }
  std::thread drip([&] {  // one byte now and then must not help
    for (int i = 0; i < 10; ++i) {
      slow[0]->Send("x");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  for (auto& connection : slow) EXPECT_EQ(StatusOf(connection->ReadAll()), -1);
  // The client itself gives one up after twenty.
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(15));
  drip.join();
}

TEST_F(HttpServerTest, IdleConnectionsAreClosed) {
  options_.idle_timeout_ms = 100;
  Start();
  RawConnection idle(server_->port());
  idle.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string reply = idle.ReadAll();
  EXPECT_EQ(StatusOf(reply), 200);
  EXPECT_TRUE(reply.ends_with("GET / ")) << "the server did not close it: " << reply;
}

TEST_F(HttpServerTest, ConnectionsAreCapped) {
  options_.connections_max = 4;
  Start();
  std::vector<std::unique_ptr<RawConnection>> held;
  for (int i = 0; i < 4; ++i) {
    held.push_back(std::make_unique<RawConnection>(server_->port()));
    held.back()->Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    held.back()->ReadUntil("GET / ");
  }
  EXPECT_EQ(StatusOf(RawConnection(server_->port()).ReadAll()), 503);
  EXPECT_TRUE(
      HasMetric(R"(spanhound_http_refused_total{server="test",limit="connections_max"} 1)"));
  held.clear();
  int status = 503;
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (status != 200 && std::chrono::steady_clock::now() < give_up_at) {
    status = StatusOf(Exchange("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, RepliesAreCompressedWhenAccepted) {
  Start([](HttpRequest, HttpResponder respond) {
    respond({200, "application/json", std::string(100'000, '7')});
  });
  std::string reply = Exchange(
      "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_NE(reply.find("Content-Encoding: gzip\r\n"), std::string::npos);
  const auto body = GzipDecompress(reply.substr(reply.find("\r\n\r\n") + 4), {1 << 20});
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->size(), 100'000u);
}

TEST_F(HttpServerTest, HandlerMayThrowOrForgetOrAnswerTwice) {
  Start([](HttpRequest request, HttpResponder respond) {
    if (request.path == "/throw") throw std::runtime_error("oh");
    if (request.path == "/forget") return;
    respond({200, "text/plain", "first"});
    respond({200, "text/plain", "second"});
  });
  auto client = HttpClient::Create(Url());
  EXPECT_EQ(client.value()->Get("/throw").value().status, 500);
  EXPECT_EQ(client.value()->Get("/forget").value().status, 500);
  EXPECT_EQ(client.value()->Get("/twice").value().body, "first");
  EXPECT_EQ(client.value()->Get("/twice").value().body, "first");
}

TEST_F(HttpServerTest, SixtyFourClientsWithRepliesFromOtherThreads) {
  std::atomic<int> threads_left{0};
  Start([&](HttpRequest request, HttpResponder respond) {
    ++threads_left;
    std::thread([&threads_left, request = std::move(request), respond = std::move(respond)] {
      respond({200, "application/octet-stream", request.body});
      --threads_left;
    }).detach();
  });
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 64; ++c) {
    clients.emplace_back([&, c] {
      auto client = HttpClient::Create(Url());
      for (int i = 0; i < 20; ++i) {
        std::string body(static_cast<size_t>(c * 997 + i), static_cast<char>('a' + i));
        auto response = client.value()->Post("/echo", "x/y", body);
        if (response.ok() && response->body == body) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 64 * 20);
  while (threads_left > 0) std::this_thread::yield();
}

TEST_F(HttpServerTest, StopLetsRunningRequestsFinish) {
  std::atomic<bool> has_begun{false};
  Start([&](HttpRequest, HttpResponder respond) {
    has_begun = true;
    std::thread([respond = std::move(respond)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      respond({200, "text/plain", "late but here"});
    }).detach();
  });
  RawConnection idle(server_->port()), busy(server_->port());
  busy.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  while (!has_begun) std::this_thread::yield();
  std::thread stop([&] { server_->Stop(10'000); });
  EXPECT_TRUE(busy.ReadAll().ends_with("late but here"));
  EXPECT_EQ(idle.ReadAll(), "");
  stop.join();
  EXPECT_FALSE(RawConnection(server_->port()).is_connected());
}

TEST_F(HttpServerTest, StopDoesNotWaitForEverAndLateRepliesAreHarmless) {
  HttpResponder kept;
  std::atomic<bool> has_begun{false};
  Start([&](HttpRequest, HttpResponder respond) {
    kept = std::move(respond);
    has_begun = true;
  });
  RawConnection busy(server_->port());
  busy.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  while (!has_begun) std::this_thread::yield();
  auto started = std::chrono::steady_clock::now();
  server_->Stop(50);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(30));
  server_.reset();
  kept({200, "text/plain", "nobody hears this"});
  EXPECT_EQ(StatusOf(busy.ReadAll()), -1);
}

TEST_F(HttpServerTest, PortInUseAndBadAddressAreErrors) {
  Start();
  HttpServerOptions same = options_;
  same.port = server_->port();
  EXPECT_EQ(HttpServer::Start(same, 1, Echo, metrics_).status().code(), Code::kUnavailable);
  same.address = "not-an-address";
  EXPECT_EQ(HttpServer::Start(same, 1, Echo, metrics_).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
