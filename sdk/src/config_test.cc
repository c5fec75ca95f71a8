#include "config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace spanhound::sdk {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Variables = std::map<std::string, std::string>;

Config Resolve(const Variables& variables, const SetupOptions& options = {},
               std::string_view name = "service") {
  return ResolveConfig(name, "1.0", options,
                       [&](const std::string& variable) -> std::optional<std::string> {
                         const auto found = variables.find(variable);
                         if (found == variables.end()) return std::nullopt;
                         return found->second;
                       });
}

TEST(ConfigTest, Defaults) {
  const Config config = Resolve({});
  EXPECT_THAT(config.problems, IsEmpty());
  EXPECT_FALSE(config.disabled);
  EXPECT_EQ(config.service_name, "service");
  EXPECT_EQ(config.traces.exporter, Exporter::kOtlpHttp);
  EXPECT_EQ(config.logs.exporter, Exporter::kOtlpHttp);
  EXPECT_EQ(config.traces.endpoint.url, "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(config.logs.endpoint.url, "http://127.0.0.1:4318/v1/logs");
  EXPECT_EQ(config.traces.timeout, milliseconds(10000));
  EXPECT_EQ(config.traces.batch.max_queue_size, 2048u);
  EXPECT_EQ(config.traces.batch.max_export_batch_size, 512u);
  EXPECT_EQ(config.traces.batch.schedule_delay, milliseconds(5000));
  EXPECT_EQ(config.logs.batch.schedule_delay, milliseconds(1000));
  EXPECT_EQ(config.sampler.kind, SamplerKind::kAlwaysOn);
  EXPECT_TRUE(config.sampler.parent_based);
  EXPECT_THAT(config.propagators, ElementsAre("tracecontext", "baggage"));
  EXPECT_EQ(config.log_level, "info");
}

struct EndpointCase {
  const char* name;
  Variables variables;
  std::string traces_url, logs_url;
  bool tls = false;
};

class EndpointTest : public ::testing::TestWithParam<EndpointCase> {};

TEST_P(EndpointTest, IsWhatTheVariablesSay) {
  const Config config = Resolve(GetParam().variables);
  EXPECT_THAT(config.problems, IsEmpty());
  EXPECT_EQ(config.traces.endpoint.url, GetParam().traces_url);
  EXPECT_EQ(config.logs.endpoint.url, GetParam().logs_url);
  EXPECT_EQ(config.traces.endpoint.tls, GetParam().tls);
}

constexpr char kEndpoint[] = "OTEL_EXPORTER_OTLP_ENDPOINT";
constexpr char kTracesEndpoint[] = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
constexpr char kProtocol[] = "OTEL_EXPORTER_OTLP_PROTOCOL";
constexpr char kInsecure[] = "OTEL_EXPORTER_OTLP_INSECURE";

INSTANTIATE_TEST_SUITE_P(
    All, EndpointTest,
    ::testing::Values(
        EndpointCase{
            "Base", {{kEndpoint, "http://c:1"}}, "http://c:1/v1/traces", "http://c:1/v1/logs"},
        EndpointCase{"TrailingSlash",
                     {{kEndpoint, "http://c:1/"}},
                     "http://c:1/v1/traces",
                     "http://c:1/v1/logs"},
        EndpointCase{"BasePath",
                     {{kEndpoint, "https://c/otlp/"}},
                     "https://c/otlp/v1/traces",
                     "https://c/otlp/v1/logs"},
        EndpointCase{
            "NoScheme", {{kEndpoint, "c:1"}}, "http://c:1/v1/traces", "http://c:1/v1/logs"},
        EndpointCase{"SignalAsItIs",
                     {{kEndpoint, "http://c:1"}, {kTracesEndpoint, "http://t:2/x"}},
                     "http://t:2/x",
                     "http://c:1/v1/logs"},
        EndpointCase{"GrpcDefault", {{kProtocol, "grpc"}}, "127.0.0.1:4317", "127.0.0.1:4317"},
        EndpointCase{"GrpcNoScheme", {{kProtocol, "grpc"}, {kEndpoint, "c:1"}}, "c:1", "c:1"},
        EndpointCase{"GrpcHttp", {{kProtocol, "GRPC"}, {kEndpoint, "http://c:1/"}}, "c:1", "c:1"},
        EndpointCase{
            "GrpcHttps", {{kProtocol, "grpc"}, {kEndpoint, "https://c:1"}}, "c:1", "c:1", true},
        EndpointCase{"GrpcSecure",
                     {{kProtocol, "grpc"}, {kEndpoint, "c:1"}, {kInsecure, "false"}},
                     "c:1",
                     "c:1",
                     true},
        EndpointCase{"Mixed",
                     {{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"}},
                     "127.0.0.1:4317",
                     "http://127.0.0.1:4318/v1/logs"}),
    [](const auto& each) { return each.param.name; });

TEST(ConfigTest, TimeoutsAreMilliseconds) {
  EXPECT_EQ(Resolve({{"OTEL_EXPORTER_OTLP_TIMEOUT", "500"}}).traces.timeout, milliseconds(500));
  const Config config =
      Resolve({{"OTEL_EXPORTER_OTLP_TIMEOUT", "500"}, {"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "700"}});
  EXPECT_EQ(config.traces.timeout, milliseconds(500));
  EXPECT_EQ(config.logs.timeout, milliseconds(700));
  EXPECT_EQ(Resolve({{"OTEL_BSP_EXPORT_TIMEOUT", "300"}}).traces.timeout, milliseconds(300));
}

TEST(ConfigTest, BadNumberIsToldAndCountsAsUnset) {
  const Config config = Resolve({{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s"},
                                 {"OTEL_BSP_MAX_QUEUE_SIZE", "-1"},
                                 {"OTEL_BSP_SCHEDULE_DELAY", "0"}});
  EXPECT_EQ(config.traces.timeout, milliseconds(10000));
  EXPECT_EQ(config.traces.batch.max_queue_size, 2048u);
  EXPECT_THAT(config.problems, UnorderedElementsAre(HasSubstr("OTEL_EXPORTER_OTLP_TIMEOUT: '10s'"),
                                                    HasSubstr("OTEL_BSP_MAX_QUEUE_SIZE: '-1'"),
                                                    HasSubstr("OTEL_BSP_SCHEDULE_DELAY: '0'")));
}

TEST(ConfigTest, Batches) {
  const Config config = Resolve({{"OTEL_BSP_MAX_QUEUE_SIZE", "100"},
                                 {"OTEL_BSP_SCHEDULE_DELAY", "250"},
                                 {"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "7"},
                                 {"OTEL_BLRP_SCHEDULE_DELAY", "60"}});
  EXPECT_EQ(config.traces.batch.max_queue_size, 100u);
  EXPECT_EQ(config.traces.batch.max_export_batch_size, 100u) << "never larger than the queue";
  EXPECT_EQ(config.traces.batch.schedule_delay, milliseconds(250));
  EXPECT_EQ(config.logs.batch.max_export_batch_size, 7u);
  EXPECT_EQ(config.logs.batch.schedule_delay, milliseconds(60));
  EXPECT_THAT(config.problems, IsEmpty()) << "nobody asked for a larger batch";
}

TEST(ConfigTest, BatchBeyondTheQueueIsTold) {
  const Config config = Resolve({{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4096"}});
  EXPECT_EQ(config.traces.batch.max_export_batch_size, 2048u);
  EXPECT_THAT(config.problems, ElementsAre(AllOf(HasSubstr("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
                                                 HasSubstr("4096"), HasSubstr("2048 is used"))));
}

TEST(ConfigTest, Exporters) {
  const auto traces = [](const char* value) {
    return Resolve({{"OTEL_TRACES_EXPORTER", value}}).traces.exporter;
  };
  EXPECT_EQ(traces("otlp"), Exporter::kOtlpHttp);
  EXPECT_EQ(traces("Console"), Exporter::kConsole);
  EXPECT_EQ(traces("none"), Exporter::kNone);
  EXPECT_EQ(traces("jaeger"), Exporter::kJaeger);
  EXPECT_EQ(Resolve({{kProtocol, "grpc"}}).traces.exporter, Exporter::kOtlpGrpc);
  const Config unknown = Resolve({{"OTEL_TRACES_EXPORTER", "zipkin"}});
  EXPECT_EQ(unknown.traces.exporter, Exporter::kOtlpHttp);
  EXPECT_THAT(unknown.problems, ElementsAre(HasSubstr("'zipkin' is not supported")));
}

TEST(ConfigTest, SeveralExporters) {
  const Config config = Resolve({{"OTEL_TRACES_EXPORTER", "jaeger, otlp,console,otlp"},
                                 {"OTEL_LOGS_EXPORTER", "otlp,console"},
                                 {"OTEL_BSP_SCHEDULE_DELAY", "70"},
                                 {kProtocol, "http/json"}});
  EXPECT_THAT(config.problems, IsEmpty());
  EXPECT_EQ(config.traces.exporter, Exporter::kJaeger);
  ASSERT_EQ(config.more_traces.size(), 2u);
  EXPECT_EQ(config.more_traces[0].exporter, Exporter::kOtlpHttpJson);
  EXPECT_EQ(config.more_traces[0].endpoint.url, "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(config.more_traces[0].batch.schedule_delay, milliseconds(70));
  EXPECT_EQ(config.more_traces[1].exporter, Exporter::kConsole);
  EXPECT_EQ(config.logs.exporter, Exporter::kOtlpHttpJson);
  ASSERT_EQ(config.more_logs.size(), 1u);
  EXPECT_EQ(config.more_logs[0].exporter, Exporter::kConsole);

  const Config beside_none = Resolve({{"OTEL_TRACES_EXPORTER", "none,console"}});
  EXPECT_EQ(beside_none.traces.exporter, Exporter::kConsole);
  EXPECT_THAT(beside_none.more_traces, IsEmpty());
  EXPECT_THAT(beside_none.problems, ElementsAre(HasSubstr("'none' beside others")));

  const Variables both{{"OTEL_TRACES_EXPORTER", "otlp,jaeger"}};
  EXPECT_THAT(Resolve(both, {.traces = Exporter::kConsole}).more_traces, IsEmpty())
      << "code has named the one";
  EXPECT_EQ(Resolve({{"OTEL_TRACES_EXPORTER", "console,otlp"}}).logs.exporter, Exporter::kOtlpHttp);
}

TEST(ConfigTest, LogsGoOutWhenSpansGoByOtlp) {
  EXPECT_EQ(Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"}}).logs.exporter, Exporter::kNone);
  EXPECT_EQ(Resolve({{"OTEL_TRACES_EXPORTER", "console"}}).logs.exporter, Exporter::kNone);
  EXPECT_EQ(
      Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"}, {"OTEL_LOGS_EXPORTER", "otlp"}}).logs.exporter,
      Exporter::kOtlpHttp);
  EXPECT_EQ(Resolve({}, {.traces = Exporter::kOtlpGrpc}).logs.exporter, Exporter::kOtlpGrpc);
  EXPECT_EQ(Resolve({{"OTEL_LOGS_EXPORTER", "none"}}).logs.exporter, Exporter::kNone);
}

TEST(ConfigTest, Jaeger) {
  const Config config = Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"}});
  EXPECT_EQ(config.traces.endpoint.url, "http://127.0.0.1:14268/api/traces");
  const Config told = Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"},
                               {"OTEL_EXPORTER_JAEGER_ENDPOINT", "http://j:1/api/traces"},
                               {"OTEL_EXPORTER_JAEGER_TIMEOUT", "1500"}});
  EXPECT_EQ(told.traces.endpoint.url, "http://j:1/api/traces");
  EXPECT_EQ(told.traces.timeout, milliseconds(1500));
}

TEST(ConfigTest, HeadersAreDecodedAndChecked) {
  const Config config = Resolve(
      {{"OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20secret,x-evil=a%0D%0AInjected: 1"}});
  EXPECT_THAT(config.traces.endpoint.headers, ElementsAre(Pair("authorization", "Bearer secret")));
  EXPECT_THAT(config.problems, ElementsAre("exporter header 'x-evil' is malformed, left out"));
}

TEST(ConfigTest, ResourceAttributesAreDecoded) {
  const Config config = Resolve({{"OTEL_RESOURCE_ATTRIBUTES", "team=a%2Cb,region=eu,broken"}},
                                {.resource = {{"region", "cn"}, {"ID", "1"}}});
  EXPECT_THAT(config.resource,
              ElementsAre(Pair("ID", "1"), Pair("region", "cn"), Pair("team", "a,b")));
  EXPECT_THAT(config.problems, ElementsAre(HasSubstr("'broken' is not key=value")));
}

TEST(ConfigTest, ServiceNamePrecedence) {
  const Variables both{{"OTEL_SERVICE_NAME", "operator"},
                       {"OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute"}};
  const Variables attribute{{"OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute"}};
  EXPECT_EQ(Resolve(both).service_name, "operator");
  EXPECT_EQ(Resolve(attribute).service_name, "service");
  EXPECT_EQ(Resolve(attribute, {}, "").service_name, "attribute");
  EXPECT_EQ(Resolve({}, {}, "").service_name, "unknown_service:sdk_setup_test");
}

TEST(ConfigTest, OptionsWinOverVariables) {
  const Variables variables{{kEndpoint, "http://variable:1"},
                            {"OTEL_TRACES_EXPORTER", "console"},
                            {"OTEL_EXPORTER_OTLP_TIMEOUT", "1"},
                            {"OTEL_TRACES_SAMPLER", "always_off"},
                            {"OTEL_PROPAGATORS", "b3"},
                            {"OTEL_BSP_MAX_QUEUE_SIZE", "1"},
                            {"OTEL_EXPORTER_OTLP_HEADERS", "a=variable"},
                            {"SPANHOUND_LOG_LEVEL", "error"}};
  const SetupOptions options{.traces = Exporter::kOtlpHttp,
                             .endpoint = "http://option:2",
                             .headers = {{{"a", "option"}}},
                             .timeout = milliseconds(2),
                             .sampler = "always_on",
                             .propagators = "jaeger",
                             .span_batch = {.max_queue_size = 2000},
                             .log = {.level = "debug", .format = "text"}};
  const Config config = Resolve(variables, options);
  EXPECT_EQ(config.traces.exporter, Exporter::kOtlpHttp);
  EXPECT_EQ(config.traces.endpoint.url, "http://option:2/v1/traces");
  EXPECT_THAT(config.traces.endpoint.headers, ElementsAre(Pair("a", "option")));
  EXPECT_EQ(config.traces.timeout, milliseconds(2));
  EXPECT_EQ(config.sampler.kind, SamplerKind::kAlwaysOn);
  EXPECT_THAT(config.propagators, ElementsAre("jaeger"));
  EXPECT_EQ(config.traces.batch.max_queue_size, 2000u);
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.log_format, LogFormat::kText);
}

TEST(ConfigTest, LogFormat) {
  EXPECT_EQ(Resolve({}, {}).log_format, LogFormat::kJson);
  EXPECT_EQ(Resolve({{"SPANHOUND_LOG_FORMAT", "Text"}}, {}).log_format, LogFormat::kText);
  const Config unknown = Resolve({{"SPANHOUND_LOG_FORMAT", "xml"}}, {});
  EXPECT_EQ(unknown.log_format, LogFormat::kJson);
  EXPECT_THAT(unknown.problems, ElementsAre(HasSubstr("'xml' is not known")));
}

TEST(ConfigTest, DisabledIsTheOperatorsWord) {
  EXPECT_TRUE(Resolve({{"OTEL_SDK_DISABLED", "True"}}, {.traces = Exporter::kConsole}).disabled);
  EXPECT_FALSE(Resolve({{"OTEL_SDK_DISABLED", "false"}}).disabled);
  const Config unclear = Resolve({{"OTEL_SDK_DISABLED", "1"}});
  EXPECT_FALSE(unclear.disabled);
  EXPECT_THAT(unclear.problems, ElementsAre(HasSubstr("OTEL_SDK_DISABLED")));
}

TEST(ConfigTest, Samplers) {
  const auto sampler = [](const char* name, const char* argument) {
    return Resolve({{"OTEL_TRACES_SAMPLER", name}, {"OTEL_TRACES_SAMPLER_ARG", argument}});
  };
  const Config ratio = sampler("parentbased_traceidratio", "0.25");
  EXPECT_EQ(ratio.sampler.kind, SamplerKind::kRatio);
  EXPECT_TRUE(ratio.sampler.parent_based);
  EXPECT_EQ(ratio.sampler.ratio, 0.25);
  EXPECT_FALSE(sampler("traceidratio", "1").sampler.parent_based);
  EXPECT_EQ(sampler("always_off", "").sampler.kind, SamplerKind::kAlwaysOff);
  for (const char* bad : {"1.5", "-0.1", "x", "nan", "0.5x"}) {
    const Config config = sampler("traceidratio", bad);
    EXPECT_EQ(config.sampler.ratio, 1.0) << bad;
    EXPECT_THAT(config.problems, ElementsAre(HasSubstr("is no ratio from 0 to 1"))) << bad;
  }
  EXPECT_THAT(sampler("xray", "").problems, ElementsAre(HasSubstr("'xray' is not supported")));
}

TEST(ConfigTest, JaegerRemoteSampler) {
  const auto resolve = [](const char* argument) {
    return Resolve({{"OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote"},
                    {"OTEL_TRACES_SAMPLER_ARG", argument}});
  };
  const Config plain = resolve("");
  EXPECT_EQ(plain.sampler.kind, SamplerKind::kJaegerRemote);
  EXPECT_TRUE(plain.sampler.parent_based);
  EXPECT_EQ(plain.sampler.endpoint, "http://127.0.0.1:5778/sampling");
  EXPECT_EQ(plain.sampler.polling_interval, milliseconds(60000));
  EXPECT_EQ(plain.sampler.ratio, 0.001);
  const Config told =
      resolve("endpoint=http://j:1/x, pollingIntervalMs=500,initialSamplingRate=0.25");
  EXPECT_THAT(told.problems, IsEmpty());
  EXPECT_EQ(told.sampler.endpoint, "http://j:1/x");
  EXPECT_EQ(told.sampler.polling_interval, milliseconds(500));
  EXPECT_EQ(told.sampler.ratio, 0.25);
  EXPECT_EQ(resolve("endpoint=j:5778").sampler.endpoint, "http://j:5778/sampling");
  EXPECT_THAT(resolve("pollingIntervalMs=x,initialSamplingRate=2,a=b,c").problems,
              ::testing::SizeIs(4));
}

TEST(ConfigTest, SpanLimits) {
  EXPECT_EQ(Resolve({}).span_limits.attributes, 128u);
  EXPECT_EQ(Resolve({}).span_limits.value_characters, kUnlimited);
  const Config config = Resolve({{"OTEL_ATTRIBUTE_COUNT_LIMIT", "10"},
                                 {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "20"},
                                 {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "30"},
                                 {"OTEL_SPAN_EVENT_COUNT_LIMIT", "0"},
                                 {"OTEL_SPAN_LINK_COUNT_LIMIT", "50"},
                                 {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "60"},
                                 {"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "70"}},
                                {.span_limits = {.links = 5}});
  EXPECT_THAT(config.problems, IsEmpty());
  EXPECT_EQ(config.span_limits.attributes, 20u);
  EXPECT_EQ(config.span_limits.value_characters, 30u);
  EXPECT_EQ(config.span_limits.events, 0u);
  EXPECT_EQ(config.span_limits.links, 5u) << "the code's word";
  EXPECT_EQ(config.span_limits.event_attributes, 10u);
  EXPECT_EQ(config.span_limits.link_attributes, 60u);
  EXPECT_EQ(config.log_limits.attributes, 10u);
  EXPECT_EQ(config.log_limits.value_characters, 70u);
}

TEST(ConfigTest, Compression) {
  const auto resolve = [](const char* value) {
    return Resolve({{"OTEL_EXPORTER_OTLP_COMPRESSION", value},
                    {"OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "none"}});
  };
  EXPECT_TRUE(resolve("gzip").traces.endpoint.gzip);
  EXPECT_FALSE(resolve("gzip").logs.endpoint.gzip);
  EXPECT_FALSE(resolve("none").traces.endpoint.gzip);
  EXPECT_THAT(resolve("zstd").problems, ElementsAre(HasSubstr("uncompressed")));
}

TEST(ConfigTest, LogLevelOfTheKitItself) {
  EXPECT_FALSE(Resolve({}).quiet);
  EXPECT_FALSE(Resolve({{"OTEL_LOG_LEVEL", "debug"}}).quiet);
  EXPECT_TRUE(Resolve({{"OTEL_LOG_LEVEL", "NONE"}}).quiet);
  EXPECT_THAT(Resolve({{"OTEL_LOG_LEVEL", "loud"}}).problems, ElementsAre(HasSubstr("'loud'")));
}

TEST(ConfigTest, JaegerAgent) {
  const Config agent =
      Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"}, {"OTEL_EXPORTER_JAEGER_AGENT_HOST", "node"}});
  EXPECT_EQ(agent.traces.exporter, Exporter::kJaegerAgent);
  EXPECT_EQ(agent.traces.endpoint.url, "node:6831");
  EXPECT_EQ(agent.logs.exporter, Exporter::kNone);
  const Config port = Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"},
                               {"OTEL_EXPORTER_JAEGER_PROTOCOL", "udp/thrift.compact"},
                               {"OTEL_EXPORTER_JAEGER_AGENT_PORT", "1"}});
  EXPECT_EQ(port.traces.endpoint.url, "127.0.0.1:1");
  EXPECT_THAT(
      Resolve({{"OTEL_TRACES_EXPORTER", "jaeger"}, {"OTEL_EXPORTER_JAEGER_PROTOCOL", "grpc"}})
          .problems,
      ElementsAre(HasSubstr("'grpc' is not supported")));
}

TEST(ConfigTest, Propagators) {
  const Config config = Resolve({{"OTEL_PROPAGATORS", "B3multi, jaeger,xray,jaeger"}});
  EXPECT_THAT(config.propagators, ElementsAre("b3multi", "jaeger"));
  EXPECT_THAT(config.problems, ElementsAre(HasSubstr("'xray' is not supported")));
  EXPECT_THAT(Resolve({{"OTEL_PROPAGATORS", "none"}}).propagators, IsEmpty());
}

TEST(ConfigTest, AProblemOfBothSignalsIsToldOnce) {
  EXPECT_THAT(Resolve({{kProtocol, "http/xml"}}).problems,
              ElementsAre(HasSubstr("'http/xml' is not supported")));
  EXPECT_THAT(Resolve({{"OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"}}).problems,
              Contains(HasSubstr("uncompressed")).Times(1));
}

}  // namespace
}  // namespace spanhound::sdk
