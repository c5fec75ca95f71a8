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
                                                        {"jaeger-grpc", "grpc", "proto"},
                                                        {"jaeger-udp-compact", "udp", "jaeger"},
                                                        {"jaeger-udp-binary", "udp", "jaeger"},
                                                        {"zipkin-udp", "udp", "zipkin"},
                                                        {"zipkin-http", "http", "zipkin"},
                                                        {"elasticsearch", "", ""},
                                                        {"fluent", "", ""}}};
constexpr std::array<const char*, kSignalCount> kItems = {"spans", "log_records"};
constexpr std::array<const char*, kRefusalCount> kReasons = {
    "malformed", "too_large", "media_type", "unauthenticated", "tenant", "overloaded", "failed"};

}  // namespace

IngestCounters::IngestCounters(Metrics& metrics) : metrics_(metrics) {
  for (size_t i = 0; i < kDoorCount; ++i) {
    const Door door = static_cast<Door>(i);
    MakeItemCounters(Signal::kSpans, door);
    MakeItemCounters(Signal::kLogs, door);
    MakeLossCounters(door);
    MakeJaegerCounters(door);
    for (size_t reason = 0; reason < kRefusalCount; ++reason) {
      refused_requests_[i][reason] =
          &metrics.NewCounter("spanhound_ingest_requests_refused_total", "Requests turned away.",
                              {{"door", kDoors[i].door}, {"reason", kReasons[reason]}});
    }
  }
}

void IngestCounters::MakeItemCounters(Signal signal, Door door) {
  const std::string prefix = std::string("spanhound_ingest_") + kItems[static_cast<size_t>(signal)];
  const MetricLabels label = {{"door", kDoors[static_cast<size_t>(door)].door}};
  ItemCounters& made = items(signal, door);
  made.received = &metrics_.NewCounter(
      prefix + "_received_total", "Decoded: accepted, rejected, refused or still queued.", label);
  made.queued = &metrics_.NewLevel(prefix + "_queued", "Waiting for the store.", label);
  made.accepted =
      &metrics_.NewCounter(prefix + "_accepted_total", "Stored and acknowledged.", label);
  made.rejected = &metrics_.NewCounter(
      prefix + "_rejected_total", "Left out of a request because they break the protocol.", label);
  for (size_t i = static_cast<size_t>(Refusal::kTenant); i < kRefusalCount; ++i) {
    MetricLabels labels = label;
    labels.emplace_back("reason", kReasons[i]);
    made.refused[i] = &metrics_.NewCounter(
        prefix + "_refused_total", "In requests that were turned away after decoding.", labels);
  }
}

void IngestCounters::MakeLossCounters(Door door) {
  const MetricLabels label = {{"door", kDoors[static_cast<size_t>(door)].door}};
  losses_[static_cast<size_t>(door)] = {
      &metrics_.NewCounter("spanhound_ingest_attributes_dropped_total",
                           "Left out of items that have more than attributes_max.", label),
      &metrics_.NewCounter("spanhound_ingest_attribute_values_cut_total",
                           "Cut to attribute_value_bytes_max.", label)};
}

void IngestCounters::MakeJaegerCounters(Door door) {
  const DoorLabels& door_labels = kDoors[static_cast<size_t>(door)];
  if (*door_labels.jaeger_transport == '\0') return;
  const MetricLabels labels = {{"format", door_labels.jaeger_format},
                               {"transport", door_labels.jaeger_transport}};
  jaeger_[static_cast<size_t>(door)] = {
      &metrics_.NewCounter("jaeger_collector_spans_received_total",
                           "Spans received, under Jaeger's name.", labels),
      &metrics_.NewCounter("jaeger_collector_spans_rejected_total",
                           "Spans not stored, under Jaeger's name.", labels)};
}

void IngestCounters::Received(Signal signal, Door door, uint64_t queued, uint64_t rejected) {
  ItemCounters& of = items(signal, door);
  metrics_.Together([&] {
    of.received->Add(queued + rejected);
    of.queued->Add(queued);
    of.rejected->Add(rejected);
  });
  CountForJaeger(signal, door, queued + rejected, rejected);
}

void IngestCounters::Accepted(Signal signal, Door door, uint64_t count) {
  ItemCounters& of = items(signal, door);
  metrics_.Together([&] {
    of.queued->Subtract(count);
    of.accepted->Add(count);
  });
}

void IngestCounters::Refused(Signal signal, Door door, Refusal reason, uint64_t count) {
  ItemCounters& of = items(signal, door);
  metrics_.Together([&] {
    of.queued->Subtract(count);
    of.refused[static_cast<size_t>(reason)]->Add(count);
  });
  CountForJaeger(signal, door, 0, count);
  RefusedRequest(door, reason);
}

void IngestCounters::Lost(Door door, const wire::AttributeLosses& losses) {
  const LossCounters& of = losses_[static_cast<size_t>(door)];
  if (losses.dropped_count > 0) of.dropped->Add(losses.dropped_count);
  if (losses.cut_values_count > 0) of.cut->Add(losses.cut_values_count);
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
