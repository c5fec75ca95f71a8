// The series every door counts in, all made at the start so that they are scraped as zeros from
// then on. Labels are fixed here; nothing a client sends becomes one. At every scrape, for each
// door: received = accepted + rejected + refused + queued. Any thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/metrics.h"
#include "wire/attribute_limits.h"

namespace spanhound::ingest {

enum class Door {
  kOtlpGrpc,
  kOtlpHttp,
  kJaegerHttp,
  kJaegerGrpc,
  kJaegerUdpCompact,
  kJaegerUdpBinary,
  kZipkinUdp,
  kZipkinHttp,
  kElasticsearch,
  kFluent,
};
inline constexpr size_t kDoorCount = 10;

enum class Signal { kSpans, kLogs };
inline constexpr size_t kSignalCount = 2;

// Why a whole request was turned away.
enum class Refusal {
  kMalformed,        // it cannot be decoded
  kTooLarge,         // it needs more memory or has more items than one request may
  kMediaType,        // not a Content-Type of this door
  kUnauthenticated,  // who sends has not shown a key or password of ours
  // From here on they may come after decoding, so that items are counted as well.
  kTenant,      // its headers name no tenant, two, or one more than the store takes
  kOverloaded,  // the store or the limit on requests in flight; the client should come back
  kFailed,      // the store failed in a way that trying again will not mend
};
inline constexpr size_t kRefusalCount = 7;

class IngestCounters {
 public:
  explicit IngestCounters(Metrics& metrics);

  // A request was decoded: `queued` items wait for the store from now on, `rejected` ones break the
  // protocol and are left out.
  void Received(Signal signal, Door door, uint64_t queued, uint64_t rejected);
  // What became of items that waited.
  void Accepted(Signal signal, Door door, uint64_t items);
  void Refused(Signal signal, Door door, Refusal reason, uint64_t items);
  // What its items lost to the limits on attributes.
  void Lost(Door door, const wire::AttributeLosses& losses);
  // A request that was never decoded.
  void RefusedRequest(Door door, Refusal reason);

 private:
  struct ItemCounters {
    Counter* received = nullptr;
    Level* queued = nullptr;
    Counter* accepted = nullptr;
    Counter* rejected = nullptr;
    std::array<Counter*, kRefusalCount> refused = {};  // null for reasons before decoding
  };
  // The series of Jaeger's collector, for the dashboards operators have.
  struct JaegerCounters {
    Counter* received = nullptr;
    Counter* rejected = nullptr;
  };
  ItemCounters& items(Signal signal, Door door) {
    return items_[static_cast<size_t>(signal)][static_cast<size_t>(door)];
  }
  void MakeItemCounters(Signal signal, Door door);
  void MakeLossCounters(Door door);
  void MakeJaegerCounters(Door door);
  void CountForJaeger(Signal signal, Door door, uint64_t received, uint64_t rejected);

  Metrics& metrics_;
  std::array<std::array<ItemCounters, kDoorCount>, kSignalCount> items_;
  struct LossCounters {
    Counter* dropped = nullptr;
    Counter* cut = nullptr;
  };
  std::array<LossCounters, kDoorCount> losses_;
  std::array<JaegerCounters, kDoorCount> jaeger_;
  std::array<std::array<Counter*, kRefusalCount>, kDoorCount> refused_requests_;
};

}  // namespace spanhound::ingest
