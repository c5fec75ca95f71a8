// Ingest: what all doors for telemetry share. Bytes -> the door's decoder, under limits ->
// store::Store::Append -> Receipt. A door only translates between its protocol and these. Every
// refusal is counted here, by door and reason.
//
// Any thread may call. The store and the metrics outlive Ingest; Ingest outlives every append it
// has made, so the store is closed first.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/request_limits.h"
#include "base/status.h"
#include "ingest/ingest_counters.h"
#include "ingest/store_room.h"
#include "model/tenancy.h"
#include "store/store.h"
#include "wire/decoded.h"

namespace spanhound::ingest {

// What a client is asked to wait before it tries again. The store is over its limit until a block
// is written, which is a matter of seconds; OTLP clients back off further by themselves.
inline constexpr uint32_t kRetryDelayMs = 1000;

struct IngestLimits {
  RequestLimits request;
  // Bytes of requests decoded and not yet acknowledged. Each may be 64 MiB and there may be many
  // connections; past this, new requests are told to come back later.
  size_t in_flight_bytes_max = 128u << 20;
};

// One request, as a door received it.
struct Parcel {
  Door door;
  std::string body;
  // HTTP headers or gRPC metadata, names in lower case: they may name the tenant.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// What became of a request.
struct Receipt {
  Status status;              // ok: all items not rejected are stored, as durably as promised
  bool is_retryable = false;  // of an error: nothing is wrong with the request, try again later
  uint64_t accepted_count = 0;
  uint64_t rejected_count = 0;  // items that break the protocol, left out of an ok request
  std::string rejected_message;
};

// Turns a body into a batch: one of src/wire's. Called at most once, before Add... returns.
template <typename Batch>
using Decoder = std::function<Result<wire::Decoded<Batch>>(std::string, const RequestLimits&)>;
using SpanDecoder = Decoder<model::SpanBatch>;
using LogDecoder = Decoder<model::LogBatch>;

class Ingest {
 public:
  Ingest(store::Store& store, Metrics& metrics, IngestLimits limits = {},
         model::Tenancy tenancy = model::Tenancy::kOff, const Clock& clock = SystemClock());

  // UNAVAILABLE, counted, if a request with these headers would be refused anyway: doors ask before
  // they read it. Nothing is promised by OK.
  Status CheckRoom(Door door, const std::vector<std::pair<std::string, std::string>>& headers);

  // `done` is called exactly once, from the caller's thread or one of the store's.
  using Done = std::function<void(Receipt)>;
  void AddSpans(Parcel parcel, const SpanDecoder& decode, Done done);
  void AddLogs(Parcel parcel, const LogDecoder& decode, Done done);
  // Datagrams, each a request of its own, stored as one batch of the default tenant. Nobody waits
  // for an answer: what was not stored is counted.
  void AddDatagrams(Door door, const SpanDecoder& decode, std::vector<std::string> datagrams);

  // A request the door itself turned away, before it got here.
  void CountRefused(Door door, Refusal reason) { counters_.RefusedRequest(door, reason); }
  // Of every request, for doors that undo compression themselves.
  const RequestLimits& request_limits() const { return limits_.request; }
  void CountUnsupportedMediaType(Door door) { CountRefused(door, Refusal::kMediaType); }

 private:
  // What is known of a request while it waits for the store.
  struct Waiting {
    Signal signal;
    Door door;
    size_t body_bytes;
    std::string tenant;
    uint64_t item_count = 0;
    Receipt receipt;
    Done done;
  };

  template <typename Batch>
  void Add(Signal signal, Parcel parcel, const Decoder<Batch>& decode, Done done);
  std::optional<Waiting> Enter(Signal signal, const Parcel& parcel, Done done);
  bool TakeInFlight(size_t bytes);
  template <typename Batch>
  void Append(Result<wire::Decoded<Batch>> decoded, Waiting waiting);
  void RefuseUndecodable(const Status& status, Waiting waiting);
  void CountUndecodable(Door door, const Status& status);
  void Finish(const Status& status, Waiting waiting);

  store::Store& store_;
  const IngestLimits limits_;
  const model::Tenancy tenancy_;
  IngestCounters counters_;
  StoreRoom room_;
  // Shared with the gauge, which may be read after Ingest is gone.
  std::shared_ptr<std::atomic<size_t>> in_flight_bytes_ = std::make_shared<std::atomic<size_t>>(0);
};

}  // namespace spanhound::ingest
