// ValueCondition: a condition on attribute values that remembers what it said of the entries of
// dictionaries, so that a scan asks about an entry once a block, not once a row group. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "model/attribute.h"

namespace spanhound::store {

// A byte each, of all dictionaries one condition meets; they count against the memory of the
// request. Past it answers are not kept: only time is lost.
inline constexpr size_t kAnswersKeptMax = 4u << 20;

class ValueCondition {
 public:
  using Holds = std::function<bool(const model::AttributeValue&)>;

  // What is known of one dictionary, whose entries keep their order but may move.
  class Entries {
   public:
    explicit Entries(size_t count) : answers_(count) {}

    // `code` is below the count, `entry` the entry of that code.
    bool Test(size_t code, const model::AttributeValue& entry, const ValueCondition& condition) {
      std::atomic<uint8_t>& answer = answers_[code];
      uint8_t known = answer.load(std::memory_order_relaxed);
      if (known == kNotAsked) {
        known = condition(entry) ? kHolds : kFails;
        answer.store(known, std::memory_order_relaxed);
      }
      return known == kHolds;
    }

    // About all of them, once: in their order it is much quicker than here and there.
    void TestAll(std::span<const model::AttributeValue> entries, const ValueCondition& condition) {
      if (are_all_asked_.exchange(true, std::memory_order_relaxed)) return;
      for (size_t code = 0; code < answers_.size(); ++code) Test(code, entries[code], condition);
    }

   private:
    static constexpr uint8_t kNotAsked = 0;
    static constexpr uint8_t kFails = 1;
    static constexpr uint8_t kHolds = 2;
    std::atomic<bool> are_all_asked_{false};
    std::vector<std::atomic<uint8_t>> answers_;  // two threads that ask get the same one
  };

  // `holds` is asked by several threads at once.
  explicit ValueCondition(Holds holds, size_t answers_kept_max = kAnswersKeptMax)
      : holds_(std::move(holds)), answers_kept_max_(answers_kept_max) {}

  bool operator()(const model::AttributeValue& value) const { return holds_(value); }

  // Of the dictionary of a column of `source`, which is kept alive as long as it is known here.
  std::shared_ptr<Entries> EntriesOf(const std::shared_ptr<const void>& source, uint32_t column,
                                     size_t count) const;

  // What remembering has taken.
  uint64_t memory_bytes() const;

 private:
  struct Known {
    std::shared_ptr<const void> source;
    std::shared_ptr<Entries> entries;
  };

  const Holds holds_;
  const size_t answers_kept_max_;
  mutable std::mutex mutex_;  // guards what follows
  mutable HashMap<std::pair<const void*, uint32_t>, Known> known_;
  mutable size_t answers_kept_ = 0;
};

}  // namespace spanhound::store
