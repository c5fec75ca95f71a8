#include "wire/logs/fluent_forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kNow = 77;

std::string Str(std::string_view text) {
  std::string bytes = "\xd9";
  bytes.push_back(static_cast<char>(text.size()));
  return bytes.append(text);
}
std::string Bin(std::string_view bytes) {
  std::string out = "\xc6";
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(bytes.size() >> shift));
  }
  return out.append(bytes);
}
std::string Array(int count) { return std::string(1, static_cast<char>(0x90 + count)); }
std::string Map(int count) { return std::string(1, static_cast<char>(0x80 + count)); }
std::string Seconds(uint32_t seconds) {
  std::string out = "\xce";
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(seconds >> shift));
  return out;
}
const std::string kTime = Seconds(1'700'000'000);
std::string Hello(std::string_view name = "log") { return Map(1) + Str(name) + Str("hello"); }

// The records of a message, and what was rejected.
std::string TextOf(std::string_view bytes) {
  const auto message = ParseFluentMessage(bytes);
  if (!message.ok()) return message.status().ToString();
  Decoded<model::LogBatch> decoded;
  FluentRecords records({}, kNow, &decoded);
  EXPECT_TRUE(records.Add(*message, message->entries).ok());
  std::string text = BatchText(decoded.batch);
  if (decoded.rejected_count > 0) {
    text += "rejected " + std::to_string(decoded.rejected_count) + ": " + decoded.rejected_message;
  }
  return text;
}

constexpr char kHelloText[] =
    "log time=1700000000000000000 observed=77 {fluent.tag='app'} body='hello'\n"
    "  resource 0\n  scope 0\n";

TEST(FluentForward, TheThreeModes) {
  const std::string entry = Array(2) + kTime + Hello();
  EXPECT_EQ(TextOf(Array(3) + Str("app") + kTime + Hello()), kHelloText);
  EXPECT_EQ(TextOf(Array(2) + Str("app") + Array(1) + entry), kHelloText);
  EXPECT_EQ(TextOf(Array(2) + Str("app") + Bin(entry)), kHelloText);
  EXPECT_EQ(TextOf(Array(2) + Str("app") + Str(entry)), kHelloText);
  EXPECT_EQ(TextOf(Array(2) + Str("app") + Bin(entry + entry)),
            std::string(kHelloText) + kHelloText);
  EXPECT_EQ(TextOf(Array(2) + Str("app") + Array(0)), "");
}

TEST(FluentForward, Times) {
  const auto time_of = [](const std::string& time) {
    return TextOf(Array(3) + Str("app") + time + Hello());
  };
  EXPECT_THAT(time_of(HexBytes("d7006553f1000000000a")), HasSubstr("time=1700000000000000010 "));
  EXPECT_THAT(time_of(HexBytes("c708006553f1000000000a")), HasSubstr("time=1700000000000000010 "));
  EXPECT_THAT(time_of(HexBytes("cb41d954fc40200000")), HasSubstr("time=1700000000500000000 "));
  EXPECT_THAT(time_of(HexBytes("d7016553f1000000000a")), HasSubstr("the time of an entry is none"));
  EXPECT_THAT(time_of("\xff"), HasSubstr("the time of an entry is none"));
  // Fluent Bit's time with metadata; the record's own times are attributes.
  EXPECT_EQ(TextOf(Array(2) + Str("app") +
                   Bin(Array(2) + Array(2) + kTime + Map(1) + Str("m") + "\x01" + Map(2) +
                       Str("log") + Str("hello") + Str("time") + Str("x"))),
            "log time=1700000000000000000 observed=77"
            " {fluent.metadata.m=1, time='x', fluent.tag='app'} body='hello'\n"
            "  resource 0\n  scope 0\n");
}

TEST(FluentForward, Options) {
  const std::string bytes = Array(3) + Str("app") + Bin("x") + Map(4) + Str("chunk") + Str("id-1") +
                            Str("compressed") + Str("gzip") + Str("size") + "\x05" +
                            Str("fluent_signal") + "\x02";
  const auto message = ParseFluentMessage(bytes);
  ASSERT_TRUE(message.ok()) << message.status().ToString();
  EXPECT_EQ(message->chunk, "id-1");
  EXPECT_EQ(message->compressed, "gzip");
  EXPECT_EQ(message->entries, "x");
  EXPECT_EQ(message->signal, 2);
  EXPECT_EQ(
      ParseFluentMessage(Array(4) + Str("app") + kTime + Hello() + Map(1) + Str("chunk") + Str("c"))
          ->chunk,
      "c");
  EXPECT_TRUE(ParseFluentMessage(Array(3) + Str("app") + Bin("") + "\xc0").ok());
}

TEST(FluentForward, Values) {
  EXPECT_THAT(
      TextOf(Array(3) + Str("app") + kTime + "\xde" + std::string("\0\x0c", 2) + Str("nil") +
             "\xc0" + Str("t") + "\xc3" + Str("i") + "\xd0\x80" + Str("u64") +
             HexBytes("cfffffffffffffffff") + Str("f") + HexBytes("ca3f000000") + Str("bin") +
             Bin("\xff") + Str("text") + Bin("ok") + Str("arr") + Array(2) + "\x01" + Map(1) +
             Str("k") + "\x02" + Str("map") + Map(1) + Str("a") + Map(1) + Str("b") + Str("c") +
             Str("ext") + HexBytes("d405aa") + Str("none") + Map(0) + Str("trace_id") +
             Str("0102030405060708090a0b0c0d0e0f10")),
      HasSubstr("log 0102030405060708090a0b0c0d0e0f10 time=1700000000000000000 observed=77"
                " {t=true, i=-128, u64=1.84467e+19/43f0000000000000, f=0.5/3fe0000000000000,"
                " bin=x'ff', text='ok', arr=[1, {k=2}], map.a.b='c', ext=x'aa', none={},"
                " fluent.tag='app'} body=empty\n"));
}

TEST(FluentForward, WhatIsNoEntryIsRejectedAlone) {
  const std::string good = Array(2) + kTime + Hello();
  const auto packed = [&](const std::string& bad) {
    return TextOf(Array(2) + Str("app") + Bin(good + bad + good));
  };
  for (const std::string& bad :
       {std::string("\x05"), Array(1) + "\x05", Array(2) + kTime + Str("no map"),
        Array(2) + Str("no time") + Map(0), Array(2) + kTime + Map(1) + "\x01\x02",
        Array(2) + kTime + Map(1) + Str(std::string(255, 'k')).replace(0, 2, "\xda\x08\x00", 3) +
            std::string(2048 - 255, 'k') + "\x01"}) {
    EXPECT_THAT(packed(bad), HasSubstr(std::string(kHelloText) + kHelloText + "rejected 1: "));
  }
  // Where the end of an entry cannot be told the rest is lost, and counted as one.
  EXPECT_EQ(packed("\xc1"),
            std::string(kHelloText) + "rejected 1: record 1: an entry is malformed");
}

TEST(FluentForward, NestingIsBounded) {
  std::string deep, arrays;
  for (int i = 0; i < 100'000; ++i) {
    deep += Map(1) + std::string("\xa1k");
    arrays += Array(1);
  }
  EXPECT_THAT(TextOf(Array(3) + Str("app") + kTime + deep + "\x01"),
              HasSubstr("rejected 1: record 0: a record nests too deeply"));
  EXPECT_THAT(TextOf(Array(3) + Str("app") + kTime + Map(1) + Str("k") + arrays + "\x01"),
              HasSubstr("rejected 1: record 0: a record nests too deeply"));
}

TEST(FluentForward, WhatIsNoMessage) {
  for (const std::string& bytes :
       {std::string(), std::string("\x05"), Array(1) + Str("app"), Array(2) + "\x05\x05",
        Array(2) + Str("app") + kTime, Array(3) + Str("app") + Bin("") + "\x05",
        Array(3) + Str("app") + Bin("") + Map(1) + Str("chunk")}) {
    EXPECT_THAT(TextOf(bytes),
                HasSubstr("INVALID_ARGUMENT: not a message of the forward protocol"));
  }
}

TEST(FluentForward, Ping) {
  const std::string bytes = Array(6) + Str("PING") + Str("host") + Bin("salt") + Str("digest") +
                            Str("user") + Str("pass");
  const auto ping = ParseFluentPing(bytes);
  ASSERT_TRUE(ping.ok());
  EXPECT_EQ(ping->hostname, "host");
  EXPECT_EQ(ping->shared_key_salt, "salt");
  EXPECT_EQ(ping->password_digest, "pass");
  EXPECT_FALSE(ParseFluentPing(Array(3) + Str("app") + kTime + Hello()).ok());
}

TEST(FluentForward, MemoryIsLimited) {
  std::string entries;
  for (int i = 0; i < 1000; ++i) entries += Array(2) + kTime + Hello();
  Decoded<model::LogBatch> decoded;
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  FluentRecords records(limits, kNow, &decoded);
  FluentMessage message;
  EXPECT_EQ(records.Add(message, entries).code(), Code::kResourceExhausted);
}

TEST(FluentForward, ItemsAreLimited) {
  const std::string entries = Array(2) + kTime + Hello() + Array(2) + kTime + Hello();
  for (const size_t items_max : {1u, 2u}) {
    Decoded<model::LogBatch> decoded;
    FluentRecords records({.items_max = items_max}, kNow, &decoded);
    EXPECT_EQ(records.Add(FluentMessage(), entries).ok(), items_max == 2);
  }
}

TEST(MsgpackFramer, FindsTheEndHoweverTheBytesArrive) {
  const std::string message = Array(3) + Str("app") + kTime + Hello();
  MsgpackFramer framer;
  for (size_t size = 0; size < message.size(); ++size) {
    EXPECT_EQ(framer.Find(message.substr(0, size)), MsgpackFramer::Found::kMore) << size;
    EXPECT_LE(framer.size_min(), message.size());
  }
  EXPECT_EQ(framer.Find(message + "more"), MsgpackFramer::Found::kValue);
  EXPECT_EQ(framer.size(), message.size());
}

TEST(MsgpackFramer, SaysEarlyHowLongAValueIs) {
  MsgpackFramer framer;
  EXPECT_EQ(framer.Find("\x92\xa1t" + HexBytes("c6ffffffff")), MsgpackFramer::Found::kMore);
  EXPECT_EQ(framer.size_min(), 3 + 5 + uint64_t{0xffffffff});
  MsgpackFramer list;
  EXPECT_EQ(list.Find(HexBytes("ddffffffff")), MsgpackFramer::Found::kMore);
  EXPECT_EQ(list.size_min(), 5 + uint64_t{0xffffffff});
  MsgpackFramer malformed;
  EXPECT_EQ(malformed.Find("\x91\xc1"), MsgpackFramer::Found::kMalformed);
}

}  // namespace
}  // namespace spanhound::wire
