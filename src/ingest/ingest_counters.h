// The series every door counts in, all made at the start so that they are scraped as zeros from
// then on. Labels are fixed here; nothing a client sends becomes one. Counting is wait-free from
// any thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/metrics.h"

namespace spanhound::ingest {

enum class Door { kOtlpGrpc, kOtlpHttp, kJaegerHttp, kZipkinHttp, kElasticsearch, kFluent };
inline constexpr size_t kDoorCount = 6;

enum class Signal { kSpans, kLogs };
inline constexpr size_t kSignalCount = 2;

// Why a whole request was turned away.
enum class Refusal {
  kMalformed,        // it cannot be decoded
  kTooLarge,         // it needs more memory than one request may take
  kMediaType,        // not a Content-Type of this door
  kTenant,           // its headers name no tenant, two, or one more than the store takes
  kOverloaded,       // the store or the limit on requests in flight; the client should come back
  kUnauthenticated,  // who sends has not shown a key or password of ours
  kFailed,           // the store failed in a way that trying again will not mend
};
inline constexpr size_t kRefusalCount = 7;

class IngestCounters {
 public:
  explicit IngestCounters(Metrics& metrics);

  void Accepted(Signal signal, Door door, uint64_t items);
  // Items left out of a request that was otherwise taken.
  void Rejected(Signal signal, Door door, uint64_t items);
  // `items` is 0 where the request was never decoded.
  void Refused(Signal signal, Door door, Refusal reason, uint64_t items);
  void RefusedRequest(Door door, Refusal reason);

 private:
  struct ItemCounters {
    Counter* accepted = nullptr;
    Counter* rejected = nullptr;
    Counter* refused = nullptr;
  };
  // The series of Jaeger's collector, for the dashboards operators have.
  struct JaegerCounters {
    Counter* received = nullptr;
    Counter* rejected = nullptr;
  };
  ItemCounters& items(Signal signal, Door door) {
    return items_[static_cast<size_t>(signal)][static_cast<size_t>(door)];
  }
  void CountForJaeger(Signal signal, Door door, uint64_t received, uint64_t rejected);

  std::array<std::array<ItemCounters, kDoorCount>, kSignalCount> items_;
  std::array<JaegerCounters, kDoorCount> jaeger_;
  std::array<std::array<Counter*, kRefusalCount>, kDoorCount> refused_requests_;
};

}  // namespace spanhound::ingest
