#include "spanhound/redis_client.h"

#include <gtest/gtest.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <optional>
#include <string>

#include "metric_recorder.h"
#include "span_recorder.h"
#include "testing/poll_loop.h"
#include "testing/redis_server.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;
using spanhound::sdk::testing::PollLoop;
using spanhound::sdk::testing::RedisServer;

std::string Text(const RedisReply& reply) {
  return reply == nullptr || reply->str == nullptr ? "" : std::string(reply->str, reply->len);
}

class RedisClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_.emplace(); }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    if (!server_->running()) GTEST_SKIP() << "skipped: no redis-server";
    connection_ = redisConnect("127.0.0.1", server_->port());
    ASSERT_EQ(connection_->err, 0);
    redis_.emplace(connection_);
  }
  void TearDown() override {
    if (connection_ != nullptr) redisFree(connection_);
  }

  std::unique_ptr<SpanData> TheSpan() {
    auto spans = recorder_.Take(1);
    EXPECT_EQ(spans.size(), 1u);
    return std::move(spans.at(0));
  }

  static inline std::optional<RedisServer> server_;
  SpanRecorder recorder_;
  redisContext* connection_ = nullptr;
  std::optional<TracedRedis> redis_;
};

TEST_F(RedisClientTest, SpanOfACommand) {
  auto parent = trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("parent");
  const std::string binary("a\0b\r\n", 5);
  {
    const trace::Scope scope(parent);
    EXPECT_EQ(Text(redis_->Command({"SET", "pods", binary})), "OK");
  }
  const auto span = TheSpan();
  EXPECT_EQ(NameOf(*span), "SET");
  EXPECT_EQ(span->GetSpanKind(), trace::SpanKind::kClient);
  EXPECT_EQ(span->GetParentSpanId(), parent->GetContext().span_id());
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kUnset);
  EXPECT_EQ(TextOf(*span, "db.system.name"), "redis");
  EXPECT_EQ(TextOf(*span, "db.operation.name"), "SET");
  EXPECT_EQ(TextOf(*span, "db.namespace"), "0");
  EXPECT_EQ(TextOf(*span, "db.query.text"), "SET pods ?");
  EXPECT_EQ(TextOf(*span, "server.address"), "127.0.0.1");
  EXPECT_EQ(IntOf(*span, "server.port"), server_->port());
  EXPECT_EQ(Text(redis_->Format("GET %s", "pods")), binary);
  EXPECT_EQ(TextOf(*TheSpan(), "db.query.text"), "GET pods");
}

TEST_F(RedisClientTest, ErrorReplyAndMissingValue) {
  redis_->Command({"SET", "text", "x"});
  TheSpan();
  const RedisReply reply = redis_->Command({"LPUSH", "text", "y"});
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->type, REDIS_REPLY_ERROR);
  const auto failed = TheSpan();
  EXPECT_EQ(failed->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*failed, "db.response.status_code"), "WRONGTYPE");
  EXPECT_EQ(TextOf(*failed, "error.type"), "WRONGTYPE");
  EXPECT_EQ(redis_->Command({"GET", "nothing here"})->type, REDIS_REPLY_NIL);
  EXPECT_EQ(TheSpan()->GetStatus(), trace::StatusCode::kUnset);
}

TEST_F(RedisClientTest, PipelineIsOneSpan) {
  const auto replies = redis_->Pipeline({{"SET", "a", "1"}, {"SET", "b", "2"}});
  EXPECT_EQ(replies.size(), 2u);
  const auto uniform = TheSpan();
  EXPECT_EQ(NameOf(*uniform), "PIPELINE SET");
  EXPECT_EQ(IntOf(*uniform, "db.operation.batch.size"), 2);
  EXPECT_EQ(TextOf(*uniform, "db.query.text"), "SET a ?; SET b ?");
  redis_->Pipeline({{"GET", "a"}, {"LPUSH", "a", "x"}, {"GET", "b"}});
  const auto mixed = TheSpan();
  EXPECT_EQ(NameOf(*mixed), "PIPELINE");
  EXPECT_EQ(TextOf(*mixed, "error.type"), "WRONGTYPE");
  EXPECT_TRUE(redis_->Pipeline({}).empty());
}

TEST_F(RedisClientTest, DurationIsMeasured) {
  MetricRecorder metrics;
  redis_->Command({"SET", "a", "1"});
  redis_->Command({"SET", "b", "2"});
  redis_->Command({"LPUSH", "a", "1"});
  const std::map<std::string, std::uint64_t> expected = {
      {"db.operation.name=SET,db.system.name=redis", 2},
      {"db.operation.name=LPUSH,db.system.name=redis,error.type=WRONGTYPE", 1}};
  EXPECT_EQ(metrics.Counts("db.client.operation.duration"), expected);
}

TEST_F(RedisClientTest, LostConnection) {
  RedisServer own;
  ASSERT_TRUE(own.running());
  redisContext* const connection = redisConnect("127.0.0.1", own.port());
  TracedRedis redis(connection);
  own.Stop();
  EXPECT_EQ(redis.Command({"GET", "a"}), nullptr);
  const auto span = TheSpan();
  EXPECT_EQ(span->GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(TextOf(*span, "error.type"), connection->err == REDIS_ERR_EOF ? "closed" : "io");
  EXPECT_TRUE(redis.Pipeline({{"GET", "a"}, {"GET", "b"}}).empty());
  EXPECT_EQ(TheSpan()->GetStatus(), trace::StatusCode::kError);
  redisFree(connection);
}

TEST_F(RedisClientTest, AsynchronousCommandReturnsToItsCallersContext) {
  redisAsyncContext* const connection = redisAsyncConnect("127.0.0.1", server_->port());
  PollLoop loop(connection);
  TracedAsyncRedis redis(connection);
  auto parent = trace::Provider::GetTracerProvider()->GetTracer("test")->StartSpan("parent");
  bool done = false;
  std::string answer;
  {
    const trace::Scope scope(parent);
    EXPECT_TRUE(redis.Command({"ECHO", "hello"}, [&](redisReply* reply) {
      answer.assign(reply->str, reply->len);
      EXPECT_EQ(trace::Tracer::GetCurrentSpan(), parent);
      done = true;
    }));
  }
  loop.RunUntil(done);
  EXPECT_EQ(answer, "hello");
  const auto span = TheSpan();
  EXPECT_EQ(NameOf(*span), "ECHO");
  EXPECT_EQ(span->GetParentSpanId(), parent->GetContext().span_id());
  EXPECT_FALSE(redis.Command({"subscribe", "news"}, [](redisReply*) {}));
  redisAsyncFree(connection);
}

TEST_F(RedisClientTest, AsynchronousCommandsEndWhenTheConnectionDoes) {
  redisAsyncContext* const connection = redisAsyncConnect("127.0.0.1", server_->port());
  PollLoop loop(connection);
  TracedAsyncRedis redis(connection);
  int answers = 0;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(redis.Command({"PING"}, [&](redisReply* reply) {
      EXPECT_EQ(reply, nullptr);
      ++answers;
    }));
  }
  redisAsyncFree(connection);
  EXPECT_EQ(answers, 3);
  for (const auto& span : recorder_.Take(3)) {
    EXPECT_EQ(TextOf(*span, "error.type"), "closed");
  }
}

}  // namespace
}  // namespace spanhound::sdk
