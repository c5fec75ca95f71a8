#include "ingest/ingest_counters.h"

#include <string>

namespace spanhound::ingest {
namespace {

struct DoorLabels {
  const char* door;
  const char* jaeger_transport;  // "" where no spans come in
  const char* jaeger_format;
};
constexpr std::array<DoorLabels, kDoorCount> kDoors = {{{"otlp-grpc", "grpc", "otlp"},
                                                        {"otlp-http", "http", "otlp"},
                                                        {"jaeger-http", "http", "jaeger"},
                                                        {"zipkin-http", "http", "zipkin"},
                                                        {"elasticsearch", "", ""},
                                                        {"fluent", "", ""}}};
constexpr std::array<const char*, kSignalCount> kItems = {"spans", "log_records"};
constexpr std::array<const char*, kRefusalCount> kReasons = {
    "malformed", "too_large", "media_type", "tenant", "overloaded", "unauthenticated", "failed"};

}  // namespace

IngestCounters::IngestCounters(Metrics& metrics) {
  for (size_t door = 0; door < kDoorCount; ++door) {
    const DoorLabels& labels = kDoors[door];
    for (size_t signal = 0; signal < kSignalCount; ++signal) {
      const std::string prefix = std::string("spanhound_ingest_") + kItems[signal];
      const MetricLabels label = {{"door", labels.door}};
      items_[signal][door] = {
          &metrics.NewCounter(prefix + "_accepted_total", "Stored and acknowledged.", label),
          &metrics.NewCounter(prefix + "_rejected_total",
                              "Left out of a request because they break the protocol.", label),
          &metrics.NewCounter(prefix + "_refused_total",
                              "In requests that were turned away after decoding.", label)};
    }
    for (size_t reason = 0; reason < kRefusalCount; ++reason) {
      refused_requests_[door][reason] =
          &metrics.NewCounter("spanhound_ingest_requests_refused_total", "Requests turned away.",
                              {{"door", labels.door}, {"reason", kReasons[reason]}});
    }
    if (*labels.jaeger_transport == '\0') continue;
    const MetricLabels jaeger_labels = {{"format", labels.jaeger_format},
                                        {"transport", labels.jaeger_transport}};
    jaeger_[door] = {&metrics.NewCounter("jaeger_collector_spans_received_total",
                                         "Spans received, under Jaeger's name.", jaeger_labels),
                     &metrics.NewCounter("jaeger_collector_spans_rejected_total",
                                         "Spans not stored, under Jaeger's name.", jaeger_labels)};
  }
}

void IngestCounters::Accepted(Signal signal, Door door, uint64_t count) {
  items(signal, door).accepted->Add(count);
  CountForJaeger(signal, door, count, 0);
}

void IngestCounters::Rejected(Signal signal, Door door, uint64_t count) {
  items(signal, door).rejected->Add(count);
  CountForJaeger(signal, door, count, count);
}

void IngestCounters::Refused(Signal signal, Door door, Refusal reason, uint64_t count) {
  items(signal, door).refused->Add(count);
  CountForJaeger(signal, door, count, count);
  RefusedRequest(door, reason);
}

void IngestCounters::RefusedRequest(Door door, Refusal reason) {
  refused_requests_[static_cast<size_t>(door)][static_cast<size_t>(reason)]->Add();
}

void IngestCounters::CountForJaeger(Signal signal, Door door, uint64_t received,
                                    uint64_t rejected) {
  if (signal != Signal::kSpans) return;
  jaeger_[static_cast<size_t>(door)].received->Add(received);
  jaeger_[static_cast<size_t>(door)].rejected->Add(rejected);
}

}  // namespace spanhound::ingest
