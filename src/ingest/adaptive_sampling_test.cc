#include "ingest/adaptive_sampling.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "base/clock.h"
#include "base/file.h"
#include "ingest/sampling.h"
#include "ingest/testing/hand_clock.h"
#include "store/store.h"

namespace spanhound::ingest {
namespace {

using model::Attribute;
using model::AttributeValue;

constexpr uint64_t kNow = 1'700'000'000'000'000'000;
constexpr uint64_t kSecond = 1'000'000'000;

class AdaptiveSamplingTest : public ::testing::Test {
 protected:
  AdaptiveSamplingTest() {
    std::string path = ::testing::TempDir() + "spanhound-sampling-XXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
    store::StoreOptions options;
    options.directory = directory_ + "/data";
    options.durability = store::Durability::kNone;
    store_ = store::Store::Open(options, PosixFileSystem(), SystemClock(), metrics_).value();
  }
  ~AdaptiveSamplingTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // `count` spans of the service "shop", the first `seconds_ago` and the others up to now.
  void Store(std::string_view operation, std::string_view sampler, AttributeValue parameter,
             int count, uint64_t seconds_ago, bool is_root = true,
             std::string_view tenant = "default") {
    model::SpanBatch batch;
    batch.tenant = tenant;
    const Attribute service[] = {{"service.name", AttributeValue::String("shop")}};
    const Attribute tags[] = {{"sampler.type", AttributeValue::String(sampler)},
                              {"sampler.param", parameter}};
    batch.resources.emplace_back().attributes = service;
    batch.scopes.emplace_back();
    for (int i = 0; i < count; ++i) {
      model::Span& span = batch.spans.emplace_back();
      span.trace_id.bytes = {1, static_cast<uint8_t>(i)};
      span.span_id.bytes[0] = 1;
      if (!is_root) span.parent_span_id.bytes[0] = 1;
      span.name = operation;
      span.start_unix_nanos = kNow - seconds_ago * kSecond + static_cast<uint64_t>(i);
      span.attributes = tags;
    }
    std::promise<Status> done;
    store_->Append(std::move(batch), [&](Status status) { done.set_value(std::move(status)); });
    ASSERT_TRUE(done.get_future().get().ok());
  }

  // 0 where the operation has none of its own.
  double Probability(std::string_view operation) {
    auto strategies = AdaptiveStrategies(*store_, "default", kNow, options_, left_out_);
    EXPECT_TRUE(strategies.ok()) << strategies.status().ToString();
    for (const auto& one : strategies->Of("shop").per_operation->operations) {
      if (one.operation == operation) return one.sampling_rate;
    }
    return 0;
  }

  std::string directory_;
  Metrics metrics_;
  std::unique_ptr<store::Store> store_;
  AdaptiveSamplingOptions options_;
  Counter left_out_;
};

TEST_F(AdaptiveSamplingTest, NothingSeenGetsTheInitialProbability) {
  auto strategies = AdaptiveStrategies(*store_, "default", kNow, options_, left_out_);
  ASSERT_TRUE(strategies.ok());
  const wire::SamplingStrategy& strategy = strategies->Of("unknown");
  EXPECT_EQ(strategy.type, wire::SamplingStrategy::Type::kProbabilistic);
  ASSERT_TRUE(strategy.per_operation.has_value());
  EXPECT_EQ(strategy.per_operation->default_probability, options_.initial_probability);
  EXPECT_EQ(strategy.per_operation->default_lower_bound_per_second,
            options_.lower_bound_per_second);
  EXPECT_TRUE(strategy.per_operation->operations.empty());
}

// 200 sampled at 1 % within 100 s are 200 traces a second: one a second is 0.5 % of them. Another
// time, when the clients have taken up that probability, the answer is the same.
TEST_F(AdaptiveSamplingTest, ProbabilityIsTargetByTraffic) {
  Store("busy", "probabilistic", AttributeValue::Double(0.01), 200, 100);
  EXPECT_NEAR(Probability("busy"), 0.005, 1e-9);
  options_.target_per_second = 4;
  EXPECT_NEAR(Probability("busy"), 0.02, 1e-9);
}

TEST_F(AdaptiveSamplingTest, RootsOfTooManyOperationsAreCounted) {
  const size_t count = kAdaptiveOperationsMax + 5;
  const std::vector<std::string> names = [&] {
    std::vector<std::string> made;
    for (size_t i = 0; i < count; ++i) made.push_back("operation " + std::to_string(i));
    return made;
  }();
  const Attribute tags[] = {{"sampler.type", AttributeValue::String("probabilistic")},
                            {"sampler.param", AttributeValue::Double(0.5)}};
  model::SpanBatch batch;
  batch.resources.emplace_back();
  batch.scopes.emplace_back();
  for (size_t i = 0; i < count; ++i) {
    model::Span& span = batch.spans.emplace_back();
    span.trace_id.bytes = {1, static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    span.span_id.bytes[0] = 1;
    span.name = names[i];
    span.start_unix_nanos = kNow - kSecond;
    span.attributes = tags;
  }
  std::promise<Status> done;
  store_->Append(std::move(batch), [&](Status status) { done.set_value(std::move(status)); });
  ASSERT_TRUE(done.get_future().get().ok());
  ASSERT_TRUE(AdaptiveStrategies(*store_, "default", kNow, options_, left_out_).ok());
  EXPECT_EQ(left_out_.value(), 5u);
}

TEST_F(AdaptiveSamplingTest, SettledProbabilityStays) {
  Store("busy", "probabilistic", AttributeValue::Double(0.005), 100, 100);
  EXPECT_NEAR(Probability("busy"), 0.005, 1e-9);
}

TEST_F(AdaptiveSamplingTest, RareOperationsAreSampledAlways) {
  Store("rare", "probabilistic", AttributeValue::Int(1), 3, 300);
  EXPECT_EQ(Probability("rare"), 1.0);
}

TEST_F(AdaptiveSamplingTest, SeenOnlyByTheLowerBoundDoubles) {
  Store("quiet", "lowerbound", AttributeValue::Double(0.001), 2, 300);
  EXPECT_NEAR(Probability("quiet"), 0.002, 1e-12);
}

TEST_F(AdaptiveSamplingTest, NoLowerThanTheMinimum) {
  options_.probability_min = 0.1;
  Store("busy", "probabilistic", AttributeValue::Double(0.001), 100, 100);
  EXPECT_EQ(Probability("busy"), 0.1);
}

TEST_F(AdaptiveSamplingTest, OtherSamplersChildrenAndThePastDoNotCount) {
  Store("const", "const", AttributeValue::Bool(true), 10, 10);
  Store("child", "probabilistic", AttributeValue::Double(0.5), 10, 10, false);
  Store("past", "probabilistic", AttributeValue::Double(0.5), 10, 700);
  Store("nonsense", "probabilistic", AttributeValue::Double(-3), 10, 10);
  for (const char* operation : {"const", "child", "past", "nonsense"}) {
    EXPECT_EQ(Probability(operation), 0) << operation;
  }
}

// Asks as clients do; the strategies of all tenants are renewed behind it.
class TenantSamplingTest : public AdaptiveSamplingTest {
 protected:
  void StartSampling() {
    clock_.GoOn(static_cast<int64_t>(kNow / 1'000'000));
    SamplingOptions options;
    options.is_adaptive = true;
    options.tenancy = model::Tenancy::kByHeader;
    options.adaptive.window_seconds = 2000;
    auto sampling = Sampling::Start(options, *store_, clock_, metrics_);
    ASSERT_TRUE(sampling.ok()) << sampling.status().ToString();
    sampling_ = std::move(*sampling);
  }

  // Of "busy"; -1 where it has none of its own.
  double Ask(const std::string& tenant) {
    const auto operations = sampling_->StrategyOf(tenant, "shop").per_operation->operations;
    return operations.empty() ? -1 : operations[0].sampling_rate;
  }
  std::string AskByGrpc(std::vector<std::pair<std::string, std::string>> metadata) {
    std::string body;
    SamplingGrpcMethod(*sampling_)
        .second({"\x0a\x04shop", std::move(metadata)},
                [&body](net::GrpcReply reply) { body = std::move(reply.body); });
    return body;
  }

  HandClock clock_;
  std::unique_ptr<Sampling> sampling_;
};

TEST_F(TenantSamplingTest, EachTenantHasItsOwn) {
  Store("busy", "probabilistic", AttributeValue::Double(0.01), 200, 100);
  Store("busy", "probabilistic", AttributeValue::Double(0.01), 50, 100, true, "acme");
  StartSampling();
  EXPECT_NEAR(Ask("default"), 0.005, 1e-9);
  for (int i = 0; i < 2000 && Ask("acme") < 0; ++i) {  // worked out once it has asked
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_NEAR(Ask("acme"), 0.02, 1e-9);
  EXPECT_NEAR(Ask("default"), 0.005, 1e-9);
  EXPECT_EQ(Ask("nobody"), -1);
  const auto encoded = [this](const char* tenant) {
    return wire::EncodeSamplingProto(sampling_->StrategyOf(tenant, "shop"));
  };
  EXPECT_EQ(AskByGrpc({{"x-tenant", "acme"}}), encoded("acme"));
  EXPECT_EQ(AskByGrpc({}), encoded("default"));
  EXPECT_NE(encoded("acme"), encoded("default"));
}

TEST_F(TenantSamplingTest, TenantsAreBoundedAndForgotten) {
  StartSampling();
  const auto left_out = [this] {
    return metrics_.PrometheusText().find("\nspanhound_sampling_tenants_left_out_total 0\n") ==
           std::string::npos;
  };
  for (size_t i = 0; i < kAdaptiveTenantsMax; ++i) Ask("tenant-" + std::to_string(i));
  EXPECT_FALSE(left_out());
  EXPECT_EQ(Ask("one-too-many"), -1);
  EXPECT_TRUE(left_out());
  Store("busy", "probabilistic", AttributeValue::Double(0.01), 50, 100, true, "late");
  EXPECT_EQ(Ask("late"), -1);
  clock_.GoOn((kAdaptiveTenantSecondsMax + 1) * 1000);
  ASSERT_TRUE(sampling_->Renew().ok());
  Ask("late");
  ASSERT_TRUE(sampling_->Renew().ok());
  EXPECT_GT(Ask("late"), 0);
}

}  // namespace
}  // namespace spanhound::ingest
