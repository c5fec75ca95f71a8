#include "wire/logs/log_fields.h"

#include <gtest/gtest.h>

namespace spanhound::wire {
namespace {

TEST(LogFields, SpellingsOfTheSameThing) {
  for (const char* key : {"trace_id", "traceId", "trace.id", "traceid", "dd.trace_id"}) {
    EXPECT_EQ(RuleOfLogField(key).field, LogField::kTraceId) << key;
  }
  EXPECT_EQ(RuleOfLogField("@timestamp").field, LogField::kTime);
  EXPECT_EQ(RuleOfLogField("log.level").field, LogField::kSeverity);
  EXPECT_EQ(RuleOfLogField("log").field, LogField::kBody);
  EXPECT_LT(RuleOfLogField("message").rank, RuleOfLogField("log").rank);
}

TEST(LogFields, KubernetesAndElasticNamesBecomeOpenTelemetrys) {
  const auto name_of = [](const char* key) {
    const LogFieldRule rule = RuleOfLogField(key);
    EXPECT_EQ(rule.field, LogField::kResource) << key;
    return rule.name;
  };
  EXPECT_EQ(name_of("kubernetes.pod_name"), "k8s.pod.name");
  EXPECT_EQ(name_of("kubernetes.pod.name"), "k8s.pod.name");
  EXPECT_EQ(name_of("kubernetes.namespace"), "k8s.namespace.name");
  EXPECT_EQ(name_of("kubernetes.labels.tier"), "k8s.pod.label.tier");
  EXPECT_EQ(name_of("kubernetes.annotations.a/b"), "k8s.pod.annotation.a/b");
  EXPECT_EQ(name_of("host.ip"), "host.ip");
  EXPECT_EQ(name_of("service.version"), "service.version");
  EXPECT_EQ(RuleOfLogField("error.stack_trace").name, "exception.stacktrace");
  EXPECT_EQ(RuleOfLogField("stream").name, "log.iostream");
}

TEST(LogFields, EverythingElseIsAnAttribute) {
  for (const char* key : {"", "http.method", "kubernetes", "Trace_id"}) {
    EXPECT_EQ(RuleOfLogField(key).field, LogField::kAttribute) << key;
    EXPECT_EQ(RuleOfLogField(key).name, key);
  }
}

}  // namespace
}  // namespace spanhound::wire
