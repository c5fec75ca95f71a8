#include "ingest/ingest.h"

#include <memory>
#include <utility>

#include "wire/attribute_limits.h"

namespace spanhound::ingest {
namespace {

uint64_t ItemCount(const model::SpanBatch& batch) { return batch.spans.size(); }
uint64_t ItemCount(const model::LogBatch& batch) { return batch.records.size(); }

constexpr char kTooManyInFlight[] = "too many bytes are waiting to be stored";

// Why the store did not take a batch.
Refusal RefusalOf(Code code) {
  switch (code) {
    case Code::kResourceExhausted:
    case Code::kUnavailable: return Refusal::kOverloaded;
    case Code::kFailedPrecondition: return Refusal::kTenant;
    default: return Refusal::kFailed;
  }
}

Receipt Failed(Status status) {
  Receipt receipt;
  receipt.status = std::move(status);
  return receipt;
}

Receipt ComeBackLater(const std::string& why) {
  Receipt receipt = Failed(Unavailable(why));
  receipt.is_retryable = true;
  return receipt;
}

}  // namespace

Ingest::Ingest(store::Store& store, Metrics& metrics, IngestLimits limits, model::Tenancy tenancy,
               const Clock& clock)
    : store_(store), limits_(limits), tenancy_(tenancy), counters_(metrics), room_(clock) {
  metrics.NewGauge("spanhound_ingest_in_flight_bytes",
                   "Bytes of requests taken in and not yet acknowledged.",
                   [bytes = in_flight_bytes_] { return static_cast<double>(bytes->load()); });
}

Status Ingest::CheckRoom(Door door,
                         const std::vector<std::pair<std::string, std::string>>& headers) {
  const Result<std::string> tenant = model::TenantOf(tenancy_, headers);
  if (!tenant.ok()) return Status::Ok();  // answered as such when the request is there
  std::optional<std::string> why = room_.WhyFull(*tenant);
  if (!why && in_flight_bytes_->load() >= limits_.in_flight_bytes_max) why = kTooManyInFlight;
  if (!why) return Status::Ok();
  counters_.RefusedRequest(door, Refusal::kOverloaded);
  return Unavailable(*why);
}

void Ingest::AddSpans(Parcel parcel, const SpanDecoder& decode, Done done) {
  Add(Signal::kSpans, std::move(parcel), decode, std::move(done));
}

void Ingest::AddLogs(Parcel parcel, const LogDecoder& decode, Done done) {
  Add(Signal::kLogs, std::move(parcel), decode, std::move(done));
}

template <typename Batch>
void Ingest::Add(Signal signal, Parcel parcel, const Decoder<Batch>& decode, Done done) {
  std::optional<Waiting> waiting = Enter(signal, parcel, std::move(done));
  if (!waiting) return;
  Append(decode(std::move(parcel.body), limits_.request), std::move(*waiting));
}

void Ingest::AddDatagrams(Door door, const SpanDecoder& decode,
                          std::vector<std::string> datagrams) {
  Waiting waiting{Signal::kSpans, door, 0, std::string(model::kDefaultTenant), 0, {},
                  [](Receipt) {}};
  wire::Decoded<model::SpanBatch> all;
  const bool has_room = !room_.WhyFull(waiting.tenant);
  for (std::string& datagram : datagrams) {
    const size_t bytes = datagram.size();
    if (!has_room || !TakeInFlight(bytes)) {
      counters_.RefusedRequest(door, Refusal::kOverloaded);
      continue;
    }
    waiting.body_bytes += bytes;
    auto decoded = decode(std::move(datagram), limits_.request);
    if (!decoded.ok()) {
      CountUndecodable(door, decoded.status());
      continue;
    }
    all.batch.Append(std::move(decoded->batch));
    all.rejected_count += decoded->rejected_count;
  }
  Append(Result<wire::Decoded<model::SpanBatch>>(std::move(all)), std::move(waiting));
}

// Finds the tenant and takes the request's share of the bytes in flight; nothing if it was refused
// and answered for either.
std::optional<Ingest::Waiting> Ingest::Enter(Signal signal, const Parcel& parcel, Done done) {
  Result<std::string> tenant = model::TenantOf(tenancy_, parcel.headers);
  if (!tenant.ok()) {
    counters_.RefusedRequest(parcel.door, Refusal::kTenant);
    done(Failed(tenant.status()));
    return std::nullopt;
  }
  const size_t bytes = parcel.body.size();
  std::optional<std::string> why_full = room_.WhyFull(*tenant);
  if (!why_full && !TakeInFlight(bytes)) why_full = kTooManyInFlight;
  if (why_full) {
    counters_.RefusedRequest(parcel.door, Refusal::kOverloaded);
    done(ComeBackLater(*why_full));
    return std::nullopt;
  }
  return Waiting{signal, parcel.door, bytes, std::move(*tenant), 0, {}, std::move(done)};
}

bool Ingest::TakeInFlight(size_t bytes) {
  if (in_flight_bytes_->fetch_add(bytes) + bytes <= limits_.in_flight_bytes_max) return true;
  in_flight_bytes_->fetch_sub(bytes);
  return false;
}

template <typename Batch>
void Ingest::Append(Result<wire::Decoded<Batch>> decoded, Waiting waiting) {
  if (!decoded.ok()) return RefuseUndecodable(decoded.status(), std::move(waiting));
  waiting.receipt.rejected_count = decoded->rejected_count;
  waiting.receipt.rejected_message = std::move(decoded->rejected_message);
  waiting.item_count = ItemCount(decoded->batch);
  counters_.Lost(waiting.door, wire::LimitAttributes(limits_.request, &decoded->batch));
  counters_.Received(waiting.signal, waiting.door, waiting.item_count, decoded->rejected_count);
  if (waiting.item_count == 0) return Finish(Status::Ok(), std::move(waiting));
  decoded->batch.tenant = waiting.tenant;
  auto shared = std::make_shared<Waiting>(std::move(waiting));  // std::function must be copyable
  store_.Append(std::move(decoded->batch),
                [this, shared](Status status) { Finish(status, std::move(*shared)); });
}

void Ingest::RefuseUndecodable(const Status& status, Waiting waiting) {
  CountUndecodable(waiting.door, status);
  in_flight_bytes_->fetch_sub(waiting.body_bytes);
  waiting.receipt.status = status;
  waiting.done(std::move(waiting.receipt));
}

void Ingest::CountUndecodable(Door door, const Status& status) {
  const bool too_large = status.code() == Code::kResourceExhausted;
  counters_.RefusedRequest(door, too_large ? Refusal::kTooLarge : Refusal::kMalformed);
}

void Ingest::Finish(const Status& status, Waiting waiting) {
  in_flight_bytes_->fetch_sub(waiting.body_bytes);
  Receipt& receipt = waiting.receipt;
  if (status.ok()) {
    receipt.accepted_count = waiting.item_count;
    counters_.Accepted(waiting.signal, waiting.door, waiting.item_count);
  } else {
    const Refusal refusal = RefusalOf(status.code());
    if (status.code() == Code::kResourceExhausted) {
      room_.NoteFull(waiting.tenant, status.message());
    }
    counters_.Refused(waiting.signal, waiting.door, refusal, waiting.item_count);
    receipt = refusal == Refusal::kOverloaded ? ComeBackLater(status.message()) : Failed(status);
  }
  waiting.done(std::move(receipt));
}

}  // namespace spanhound::ingest
