#include "ingest/fluent_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/hand_clock.h"
#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"
#include "net/compression/gzip.h"
#include "net/sha512.h"

namespace spanhound::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class RecordingPort : public net::StreamPort {
 public:
  void Write(std::string bytes) override { written += bytes; }
  void Resume(uint32_t delay_ms) override { resumed_after_ms.push_back(delay_ms); }
  void Close() override { is_closed = true; }

  std::string written;
  std::vector<uint32_t> resumed_after_ms;
  bool is_closed = false;
};

std::string Str(std::string_view text) {
  return std::string("\xd9").append(1, static_cast<char>(text.size())).append(text);
}
std::string Bin(std::string_view bytes) {
  std::string out = "\xc5";
  out.push_back(static_cast<char>(bytes.size() >> 8));
  out.push_back(static_cast<char>(bytes.size()));
  return out.append(bytes);
}
std::string Entry(std::string_view body) { return "\x92\x05\x81" + Str("log") + Str(body); }
std::string Ack(std::string_view chunk) {
  return std::string(
             "\x81\xa3"
             "ack\xda\0",
             7)
      .append(1, static_cast<char>(chunk.size()))
      .append(chunk);
}
// [tag, entries, {chunk}]
std::string Packed(const std::string& entries, std::string_view chunk) {
  return "\x93" + Str("app") + Bin(entries) + "\x81" + Str("chunk") + Str(chunk);
}

class FluentDoorTest : public ::testing::Test {
 protected:
  void Connect(FluentSecrets secrets = {}) {
    secrets_ = std::move(secrets);
    connections_ = FluentConnections(ingest_, secrets_, SystemClock());
    handler_ = connections_(port_);
  }
  net::StreamNext Send(const std::string& bytes) {
    buffer_ += bytes;
    return handler_->OnBytes(buffer_);
  }
  net::StreamNext Resume() { return Send(""); }
  std::vector<std::string> Bodies() const {
    std::vector<std::string> bodies;
    for (const model::LogBatch& batch : store_.log_batches) {
      for (const model::LogRecord& record : batch.records) bodies.emplace_back(record.body.text());
    }
    return bodies;
  }
  int64_t Refused(const std::string& reason) {
    return MetricValue(
        metrics_,
        "spanhound_ingest_requests_refused_total{door=\"fluent\",reason=\"" + reason + "\"}");
  }

  RecordingStore store_;
  Metrics metrics_;
  HandClock clock_;
  Ingest ingest_{store_, metrics_, {}, model::Tenancy::kOff, clock_};
  std::shared_ptr<RecordingPort> port_ = std::make_shared<RecordingPort>();
  FluentSecrets secrets_;
  net::NewStreamHandler connections_;
  std::unique_ptr<net::StreamHandler> handler_;
  std::string buffer_;
};

TEST_F(FluentDoorTest, MessagesThatHaveArrivedAreStoredTogetherAndAcknowledgedAfterwards) {
  Connect();
  store_.answers_later = true;
  const std::string bytes = Packed(Entry("a") + Entry("b"), "one") + Packed(Entry("c"), "two");
  EXPECT_EQ(Send(bytes.substr(0, 10)), net::StreamNext::kMore);
  EXPECT_EQ(Send(bytes.substr(10) + "\x93"), net::StreamNext::kWait);
  EXPECT_EQ(port_->written, "");
  store_.AnswerAll();
  EXPECT_EQ(port_->written, Ack("one") + Ack("two"));
  EXPECT_THAT(port_->resumed_after_ms, ElementsAre(0));
  EXPECT_EQ(store_.log_batches.size(), 1u);
  EXPECT_THAT(Bodies(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(Resume(), net::StreamNext::kMore);
  EXPECT_EQ(buffer_, "\x93");
}

TEST_F(FluentDoorTest, AChunkSentAgainIsAcknowledgedAndNotStoredTwice) {
  Connect();
  EXPECT_EQ(Send(Packed(Entry("a"), "one")), net::StreamNext::kWait);
  handler_ = connections_(port_);  // the connection broke
  buffer_.clear();
  port_->written.clear();
  EXPECT_EQ(Send(Packed(Entry("a"), "one") + Packed(Entry("b"), "two") + Packed(Entry("a"), "one")),
            net::StreamNext::kWait);
  EXPECT_EQ(port_->written, Ack("one") + Ack("two"));
  EXPECT_EQ(Resume(), net::StreamNext::kMore);
  EXPECT_EQ(port_->written, Ack("one") + Ack("two") + Ack("one"));
  EXPECT_THAT(Bodies(), ElementsAre("a", "b"));
}

TEST_F(FluentDoorTest, CompressedChunks) {
  Connect();
  const std::string entries = net::GzipCompress(Entry("a")) + net::GzipCompress(Entry("b"));
  EXPECT_EQ(Send("\x93" + Str("app") + Bin(entries) + "\x81" + Str("compressed") + Str("gzip")),
            net::StreamNext::kWait);
  EXPECT_THAT(Bodies(), ElementsAre("a", "b"));
  EXPECT_EQ(Send("\x93" + Str("app") + Bin("junk") + "\x82" + Str("compressed") + Str("gzip") +
                 Str("chunk") + Str("x")),
            net::StreamNext::kWait);
  EXPECT_EQ(port_->written, Ack("x"));  // sending it again would not mend it
  EXPECT_EQ(MetricValue(metrics_, R"(spanhound_ingest_log_records_rejected_total{door="fluent"})"),
            1);
}

TEST_F(FluentDoorTest, WhatIsCalledCompressedMayBePlainOrUnknown) {
  Connect();
  for (const char* plain : {"text", "identity", "Identity", ""}) {
    EXPECT_EQ(
        Send("\x93" + Str("app") + Bin(Entry(plain)) + "\x81" + Str("compressed") + Str(plain)),
        net::StreamNext::kWait);
  }
  EXPECT_THAT(Bodies(), ElementsAre("text", "identity", "Identity", ""));
  Send("\x93" + Str("app") + Bin(Entry("a")) + "\x81" + Str("compressed") + Str("br"));
  EXPECT_EQ(MetricValue(metrics_, R"(spanhound_ingest_log_records_rejected_total{door="fluent"})"),
            1);
}

TEST_F(FluentDoorTest, ABombIsRefused) {
  Connect();
  const std::string bomb = net::GzipCompress(std::string(65 << 20, '\0'));
  std::string message = "\x93" + Str("app") + "\xc6" + std::string(1, '\0');
  for (int shift = 16; shift >= 0; shift -= 8) {
    message.push_back(static_cast<char>(bomb.size() >> shift));
  }
  EXPECT_EQ(Send(message + bomb + "\x81" + Str("compressed") + Str("gzip")),
            net::StreamNext::kWait);
  EXPECT_TRUE(port_->is_closed);
  EXPECT_EQ(Refused("too_large"), 1);
}

TEST_F(FluentDoorTest, AFullStoreIsAskedAgainWithTheSameMessages) {
  Connect();
  store_.append_status = ResourceExhausted("head full");
  EXPECT_EQ(Send(Packed(Entry("a"), "one")), net::StreamNext::kWait);
  EXPECT_THAT(port_->resumed_after_ms, ElementsAre(kRetryDelayMs));
  EXPECT_EQ(port_->written, "");
  store_.append_status = Status::Ok();
  clock_.GoOn(kRetryDelayMs);
  EXPECT_EQ(Resume(), net::StreamNext::kWait);
  EXPECT_EQ(port_->written, Ack("one"));
  EXPECT_THAT(Bodies(), ElementsAre("a"));
}

TEST_F(FluentDoorTest, WhatIsNoMessageClosesAfterTheGoodOnesBeforeIt) {
  Connect();
  EXPECT_EQ(Send(Packed(Entry("a"), "one") + "GET / HTTP/1.1\r\n"), net::StreamNext::kWait);
  EXPECT_EQ(port_->written, Ack("one"));
  EXPECT_EQ(Resume(), net::StreamNext::kClose);
  EXPECT_EQ(Refused("malformed"), 1);
}

TEST_F(FluentDoorTest, AMessageThatSaysItIsHugeIsRefusedAtOnce) {
  Connect();
  EXPECT_EQ(Send("\x92" + Str("app") + "\xc6\xff\xff\xff\xff"), net::StreamNext::kClose);
  EXPECT_EQ(Refused("too_large"), 1);
}

TEST_F(FluentDoorTest, OtherSignalsAreRejectedAndAcknowledged) {
  Connect();
  EXPECT_EQ(Send("\x93" + Str("app") + Bin("x") + "\x82" + Str("fluent_signal") + "\x01" +
                 Str("chunk") + Str("m")),
            net::StreamNext::kWait);
  EXPECT_EQ(port_->written, Ack("m"));
  EXPECT_TRUE(store_.log_batches.empty());
}

TEST_F(FluentDoorTest, ABrokenStoreClosesWithoutAcknowledging) {
  Connect();
  store_.append_status = Internal("bug");
  EXPECT_EQ(Send(Packed(Entry("a"), "one")), net::StreamNext::kWait);
  EXPECT_TRUE(port_->is_closed);
  EXPECT_EQ(port_->written, "");
}

class FluentHandshakeTest : public FluentDoorTest {
 protected:
  // The 16 bytes behind a key of the HELO.
  std::string Salt(const std::string& key) const {
    const size_t at = port_->written.find(Str(key)) + Str(key).size();
    const size_t size = static_cast<uint8_t>(port_->written.at(at + 1));
    return port_->written.substr(at + 2, size);
  }
  std::string Ping(const std::string& key, const std::string& user, const std::string& password) {
    return "\x96" + Str("PING") + Str("client") + Str("salt") +
           Str(net::Sha512Hex("salt" + std::string("client") + Salt("nonce") + key)) + Str(user) +
           Str(net::Sha512Hex(Salt("auth") + user + password));
  }
};

TEST_F(FluentHandshakeTest, WhoKnowsTheKeyMaySend) {
  Connect({"key", {}});
  EXPECT_EQ(Salt("nonce").size(), 16u);
  EXPECT_EQ(Salt("auth"), "");
  const std::string expected = net::Sha512Hex("saltspanhound" + Salt("nonce") + "key");
  EXPECT_EQ(Send(Ping("key", "", "") + Packed(Entry("a"), "one")), net::StreamNext::kWait);
  EXPECT_THAT(port_->written, HasSubstr("\x95" + Str("PONG") + "\xc3" + Str("") + Str("spanhound") +
                                        Str(expected) + Ack("one")));
}

TEST_F(FluentHandshakeTest, AllOthersMayNot) {
  for (const char* key : {"wrong", ""}) {
    Connect({"key", {}});
    EXPECT_EQ(Send(Ping(key, "", "") + Packed(Entry("a"), "one")), net::StreamNext::kClose);
    EXPECT_THAT(port_->written, HasSubstr(Str("PONG") + "\xc2" + Str("shared_key mismatch")));
    buffer_.clear();
    port_->written.clear();
  }
  Connect({"key", {}});
  EXPECT_EQ(Send(Packed(Entry("a"), "one")), net::StreamNext::kClose);
  EXPECT_TRUE(Bodies().empty());
  EXPECT_EQ(Refused("unauthenticated"), 3);
}

TEST_F(FluentHandshakeTest, UsersNeedTheirPasswordAndTheKey) {
  const FluentSecrets secrets = {"key", {{"bit", "secret"}}};
  Connect(secrets);
  EXPECT_EQ(Send(Ping("key", "bit", "secret") + Packed(Entry("a"), "x")), net::StreamNext::kWait);
  for (const auto& [key, user, password] : {std::tuple{"key", "bit", "wrong"},
                                            {"key", "nobody", ""},
                                            {"key", "", ""},
                                            {"wrong", "bit", "secret"}}) {
    buffer_.clear();
    port_->written.clear();
    Connect(secrets);
    EXPECT_EQ(Send(Ping(key, user, password)), net::StreamNext::kClose) << user;
    EXPECT_THAT(port_->written, HasSubstr("mismatch"));
  }
}

TEST_F(FluentHandshakeTest, NobodyUnknownMakesUsKeepMuch) {
  Connect({"key", {}});
  EXPECT_EQ(Send("\x96" + std::string("\xdb\0\x10\0\0", 5)), net::StreamNext::kClose);
  EXPECT_EQ(Refused("unauthenticated"), 1);
}

}  // namespace
}  // namespace spanhound::ingest
