#include "ingest/fluent_door.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/recent_chunks.h"
#include "net/compression/decompression.h"
#include "wire/logs/fluent_forward.h"
#include "wire/logs/msgpack.h"

namespace spanhound::ingest {
namespace {

using wire::FluentMessage;
using wire::MsgpackFramer;
using DecodedLogs = wire::Decoded<model::LogBatch>;

// Messages that have arrived are stored together: loggers send one record a message, and a message
// alone would wait for a sync of its own.
constexpr size_t kTogetherBytesMax = 4u << 20;

bool IsCompressed(const FluentMessage& message) {
  return !message.compressed.empty() && message.compressed != "text";
}

// Adds one message; RESOURCE_EXHAUSTED is the only error.
Status AddMessage(const FluentMessage& message, const RequestLimits& limits,
                  model::BatchMemory& memory, wire::FluentRecords& records) {
  if (message.signal != 0) {
    records.Reject("only logs are taken here, not metrics and traces");
    return Status::Ok();
  }
  if (!IsCompressed(message)) return records.Add(message, message.entries);
  const auto decompress = net::DecompressionOf(message.compressed);
  if (!decompress.ok()) {
    records.Reject("its compression is unknown");
    return Status::Ok();
  }
  if (*decompress == nullptr) return records.Add(message, message.entries);  // "identity"
  Result<std::string> entries =
      (*decompress)(message.entries, {limits.decoded_bytes_max(message.entries.size())});
  if (entries.ok()) return records.Add(message, memory.Adopt(std::move(*entries)));
  if (entries.status().code() == Code::kResourceExhausted) return entries.status();
  records.Reject(entries.status().message());
  return Status::Ok();
}

// `bytes` are whole messages, seen before.
Result<DecodedLogs> DecodeMessages(std::string bytes, uint64_t observed_unix_nanos,
                                   const RequestLimits& limits) {
  DecodedLogs decoded;
  std::string_view rest = decoded.batch.memory.Adopt(std::move(bytes));
  wire::FluentRecords records(limits, observed_unix_nanos, &decoded);
  while (!rest.empty()) {
    MsgpackFramer framer;
    if (framer.Find(rest) != MsgpackFramer::Found::kValue) return Internal("not a whole message");
    ASSIGN_OR_RETURN(const FluentMessage message,
                     wire::ParseFluentMessage(rest.substr(0, framer.size())));
    RETURN_IF_ERROR(AddMessage(message, limits, decoded.batch.memory, records));
    rest.remove_prefix(framer.size());
  }
  return decoded;
}

std::string Acknowledgement(std::string_view chunk) {
  std::string out(
      "\x81\xa3"
      "ack\xda",
      6);
  out.push_back(static_cast<char>(chunk.size() >> 8));
  out.push_back(static_cast<char>(chunk.size()));
  return out.append(chunk);
}

class FluentConnection : public net::StreamHandler {
 public:
  FluentConnection(Ingest& ingest, const FluentSecrets& secrets, const Clock& clock,
                   std::shared_ptr<RecentChunks> stored, std::shared_ptr<net::StreamPort> port)
      : ingest_(ingest), clock_(clock), stored_(std::move(stored)), port_(std::move(port)) {
    if (secrets.shared_key.empty()) return;
    handshake_.emplace(secrets);
    port_->Write(handshake_->Helo());
  }

  net::StreamNext OnBytes(std::string& buffer) override {
    if (group_ && !group_->is_stored) return Store();
    group_.reset();
    if (closes_) return net::StreamNext::kClose;
    if (handshake_) return Greet(buffer);
    return Gather(buffer);
  }

 private:
  // Messages that are stored together. Shared with the store's answer, which may come when the
  // connection is gone.
  struct Group {
    std::string bytes;
    std::vector<std::string> chunks;  // to acknowledge
    bool is_stored = false;           // written before the connection is told to resume
  };

  net::StreamNext Refuse(Refusal reason) {
    ingest_.CountRefused(Door::kFluent, reason);
    return net::StreamNext::kClose;
  }

  net::StreamNext Greet(std::string& buffer) {
    switch (framer_.Find(buffer)) {
      case MsgpackFramer::Found::kMalformed: return Refuse(Refusal::kUnauthenticated);
      case MsgpackFramer::Found::kMore:
        // Nobody may make us keep much before we know them.
        if (framer_.size_min() > kPingBytesMax) return Refuse(Refusal::kUnauthenticated);
        return net::StreamNext::kMore;
      case MsgpackFramer::Found::kValue: break;
    }
    const auto ping = wire::ParseFluentPing(std::string_view(buffer).substr(0, framer_.size()));
    if (!ping.ok()) return Refuse(Refusal::kUnauthenticated);
    bool is_authenticated = false;
    port_->Write(handshake_->Pong(*ping, &is_authenticated));
    if (!is_authenticated) return Refuse(Refusal::kUnauthenticated);
    buffer.erase(0, framer_.size());
    framer_ = {};
    handshake_.reset();
    return Gather(buffer);
  }

  net::StreamNext Gather(std::string& buffer) {
    auto group = std::make_shared<Group>();
    size_t bytes = 0;
    while (bytes < kTogetherBytesMax) {
      const std::string_view rest = std::string_view(buffer).substr(bytes);
      const MsgpackFramer::Found found = framer_.Find(rest);
      if (found == MsgpackFramer::Found::kMore) {
        if (framer_.size_min() > ingest_.request_limits().body_bytes_max)
          CloseAfterThese(Refusal::kTooLarge);
        break;
      }
      if (found == MsgpackFramer::Found::kMalformed) {
        CloseAfterThese(Refusal::kMalformed);
        break;
      }
      const size_t size = framer_.size();
      const auto message = wire::ParseFluentMessage(rest.substr(0, size));
      if (!message.ok() || message->chunk.size() > kChunkBytesMax) {
        CloseAfterThese(Refusal::kMalformed);
        break;
      }
      if (stored_->Contains(message->chunk)) {  // sent again, because the first ack got lost
        if (bytes > 0) break;
        port_->Write(Acknowledgement(message->chunk));
        buffer.erase(0, size);
        framer_ = {};
        continue;
      }
      // Compressed ones go alone: how much is in them is known when they are undone.
      const bool is_compressed = IsCompressed(*message);
      if (is_compressed && bytes > 0) break;
      if (!message->chunk.empty()) group->chunks.emplace_back(message->chunk);
      bytes += size;
      framer_ = {};
      if (is_compressed) break;
    }
    if (bytes == 0) return closes_ ? net::StreamNext::kClose : net::StreamNext::kMore;
    std::string rest = buffer.substr(bytes);  // usually nothing
    buffer.resize(bytes);
    group->bytes = std::move(buffer);
    buffer = std::move(rest);
    group_ = std::move(group);
    return Store();
  }

  void CloseAfterThese(Refusal reason) {
    ingest_.CountRefused(Door::kFluent, reason);
    closes_ = true;
  }

  net::StreamNext Store() {
    const uint64_t now = static_cast<uint64_t>(clock_.NowUnixNanos());
    const auto decode = [now](std::string bytes, const RequestLimits& limits) {
      return DecodeMessages(std::move(bytes), now, limits);
    };
    // A copy, because a store that is full is asked again.
    ingest_.AddLogs({Door::kFluent, group_->bytes}, decode,
                    [group = group_, stored = stored_, port = port_](const Receipt& receipt) {
                      OnStored(receipt, *group, *stored, *port);
                    });
    return net::StreamNext::kWait;
  }

  static void OnStored(const Receipt& receipt, Group& group, RecentChunks& stored,
                       net::StreamPort& port) {
    if (receipt.is_retryable) return port.Resume(kRetryDelayMs);
    if (!receipt.status.ok()) return port.Close();
    for (const std::string& chunk : group.chunks) {
      stored.Add(chunk);
      port.Write(Acknowledgement(chunk));
    }
    group.is_stored = true;
    port.Resume();
  }

  static constexpr size_t kPingBytesMax = 4096;
  static constexpr size_t kChunkBytesMax = 1024;  // senders use 16 to 40

  Ingest& ingest_;
  const Clock& clock_;
  const std::shared_ptr<RecentChunks> stored_;  // of all connections
  const std::shared_ptr<net::StreamPort> port_;
  std::optional<FluentHandshake> handshake_;  // until the client is known
  MsgpackFramer framer_;                      // of the first message not taken yet
  std::shared_ptr<Group> group_;              // under way to the store
  bool closes_ = false;                       // once the group is stored
};

}  // namespace

net::NewStreamHandler FluentConnections(Ingest& ingest, const FluentSecrets& secrets,
                                        const Clock& clock) {
  auto stored = std::make_shared<RecentChunks>();
  return [&ingest, &secrets, &clock, stored](std::shared_ptr<net::StreamPort> port) {
    return std::make_unique<FluentConnection>(ingest, secrets, clock, stored, std::move(port));
  };
}

}  // namespace spanhound::ingest
