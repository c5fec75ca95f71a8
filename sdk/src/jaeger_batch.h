// The Jaeger Thrift form of finished spans: a Batch struct in TBinaryProtocol for the collector, or
// datagrams with a Batch each in TCompactProtocol for an agent.
//
// Translation: the OpenTelemetry rules for Jaeger. Attributes are tags, kind is `span.kind`, status
// is `otel.status_code` (+ `error`), events are logs with an `event` field, links are FOLLOWS_FROM
// references, resource attributes are process tags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "encoded_record.h"
#include "resource.h"

namespace spanhound::sdk {

std::string EncodeJaegerBatch(const Resource& resource, std::span<const EncodedRecord> spans);

// What an agent reads at once; a datagram cannot be much larger anyway.
inline constexpr std::size_t kAgentPacketBytesMax = 65000;

struct AgentPacket {
  std::string bytes;
  std::size_t spans = 0;
};
// Spans that fit into no packet are counted in `too_large`.
std::vector<AgentPacket> EncodeAgentPackets(const Resource& resource,
                                            std::span<const EncodedRecord> spans,
                                            std::uint64_t* too_large);

}  // namespace spanhound::sdk
