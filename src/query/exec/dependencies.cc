#include "query/exec/dependencies.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash_map.h"
#include "model/ids.h"

namespace spanhound::query {
namespace {

using model::SpanId;
using model::TraceId;

uint64_t Word(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Stands for (trace id, span id), which would take three times the memory. Ids are random: two of
// ten million spans collide once in 300,000 queries, and then one call is miscounted.
uint64_t SpanKey(const TraceId& trace, const SpanId& span) {
  uint64_t key = Word(trace.bytes.data()) * 0x9e3779b97f4a7c15u;
  key = (std::rotl(key, 32) ^ Word(trace.bytes.data() + 8)) * 0xc2b2ae3d27d4eb4fu;
  key = (std::rotl(key, 32) ^ Word(span.bytes.data())) * 0x9e3779b97f4a7c15u;
  return key ^ (key >> 29);
}

class CallCounter {
 public:
  explicit CallCounter(Budget& budget) : budget_(budget) {}

  Status Add(const TraceId& trace, const SpanId& span, const SpanId& parent,
             std::string_view service_name) {
    RETURN_IF_ERROR(budget_.Charge(kSpanBytes));
    ASSIGN_OR_RETURN(const uint32_t service, Number(service_name));
    const uint64_t parent_key = parent.is_zero() ? 0 : SpanKey(trace, parent);
    auto [known, is_new] = spans_.try_emplace(SpanKey(trace, span), Entry{parent_key, service});
    // Zipkin's client and server share an id: the call is between the two.
    if (!is_new && known->second.service != service) shared_.push_back({known->first, service});
    return Status::Ok();
  }

  Result<std::vector<Dependency>> Finish() {
    std::map<std::pair<std::string_view, std::string_view>, uint64_t> calls;
    const auto count = [&](uint32_t parent, uint32_t child) {
      if (parent == child) return Status::Ok();
      if (++calls[{names_[parent], names_[child]}] > 1) return Status::Ok();
      return budget_.Charge(kCallBytes + 2 * (names_[parent].size() + names_[child].size()));
    };
    for (const auto& [key, entry] : spans_) {
      const auto parent = spans_.find(entry.parent_key);
      if (entry.parent_key != 0 && parent != spans_.end()) {
        RETURN_IF_ERROR(count(parent->second.service, entry.service));
      }
    }
    for (const Shared& shared : shared_) {
      RETURN_IF_ERROR(count(spans_.at(shared.key).service, shared.service));
    }
    std::vector<Dependency> out;
    for (const auto& [pair, call_count] : calls) {
      out.push_back({std::string(pair.first), std::string(pair.second), call_count});
    }
    return out;
  }

 private:
  // What they take: a span; a service, besides its name, which is held twice; and two services
  // that call each other, besides their names, which are held and written.
  static constexpr uint64_t kSpanBytes = 40;
  static constexpr uint64_t kNameBytes = 128;
  static constexpr uint64_t kCallBytes = 256;

  struct Entry {
    uint64_t parent_key;
    uint32_t service;
  };
  struct Shared {
    uint64_t key;
    uint32_t service;
  };

  Result<uint32_t> Number(std::string_view service_name) {
    auto found = numbers_.find(service_name);
    if (found != numbers_.end()) return found->second;
    RETURN_IF_ERROR(budget_.Charge(kNameBytes + 2 * service_name.size()));
    names_.emplace_back(service_name);
    numbers_.emplace(names_.back(), static_cast<uint32_t>(names_.size() - 1));
    return static_cast<uint32_t>(names_.size() - 1);
  }

  Budget& budget_;
  HashMap<uint64_t, Entry> spans_;
  std::vector<Shared> shared_;
  StringMap<uint32_t> numbers_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::vector<Dependency>> CountDependencies(const Reading& reading, TimeRange time) {
  store::ScanRequest request = reading.NewRequest(store::Table::kSpans, time);
  request.columns = {{store::Field::kTraceId},
                     {store::Field::kSpanId},
                     {store::Field::kParentSpanId},
                     {store::Field::kServiceName}};
  CallCounter counter(reading.budget);
  auto take = [&](const store::ColumnBatch& batch) -> Status {
    const auto& traces = batch.column<TraceId>(0);
    const auto& spans = batch.column<SpanId>(1);
    const auto& parents = batch.column<SpanId>(2);
    const auto& services = batch.column<std::string_view>(3);
    for (size_t row = 0; row < batch.row_count; ++row) {
      RETURN_IF_ERROR(counter.Add(traces[row], spans[row], parents[row], services[row]));
    }
    return Status::Ok();
  };
  RETURN_IF_ERROR(reading.ForEachBatch(std::move(request), take));
  return counter.Finish();
}

}  // namespace spanhound::query
