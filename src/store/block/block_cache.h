// BlockCache: what was decoded of block files and is wanted again (resources, dictionaries,
// filters, pages of the trace index; directories, traces, times and attributes of row groups), up
// to a number of bytes; what was not used for longest goes first. One for all blocks of a store.
// Any thread. Whoever holds a value keeps it alive, whether it is still in the cache or not.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "base/hash_map.h"

namespace spanhound::store {

// Default: dictionaries of a hundred columns, a thousand values each, in three dozen blocks.
// Measured with 64 MiB and 10 M spans in 30 blocks: a trace by id decoded its dictionaries every
// time.
inline constexpr uint64_t kBlockCacheBytesMax = 192u << 20;

class BlockCache {
 public:
  enum class Kind : uint8_t {
    kEntries,
    kDictionaries,
    kFilters,
    kIndexPage,
    kDirectory,
    kRuns,
    kTimes,
    kGroupColumns,
    kStoredColumn
  };
  struct Key {
    uint64_t owner;
    Kind kind;
    uint32_t column;  // or index page, row group, stored column of a row group
    bool operator==(const Key&) const = default;
  };

  // The value put in last stays even if it alone is larger.
  explicit BlockCache(uint64_t bytes_max = kBlockCacheBytesMax) : bytes_max_(bytes_max) {}

  // Tells the values of one reader from those of others.
  uint64_t NewOwner() { return ++owners_; }

  // Null if it is not there.
  std::shared_ptr<const void> Find(const Key& key);
  // The same for a value that will not be made if it is not there: no miss is counted.
  std::shared_ptr<const void> FindKnown(const Key& key);
  void CountMisses(uint64_t count) { misses_.fetch_add(count, std::memory_order_relaxed); }
  void Insert(const Key& key, std::shared_ptr<const void> value, uint64_t bytes);
  // Values of an owner that is gone.
  void Forget(uint64_t owner);

  uint64_t bytes() const;
  // Values that had to be decoded again, or for the first time.
  uint64_t misses() const { return misses_.load(std::memory_order_relaxed); }

 private:
  struct Slot {
    Key key;
    std::shared_ptr<const void> value;
    uint64_t bytes;
  };
  using Slots = std::list<Slot>;
  struct KeyHash {
    size_t operator()(const Key& key) const {
      const uint64_t place = uint64_t{key.column} << 8 | static_cast<uint64_t>(key.kind);
      return (key.owner * 0x9e3779b97f4a7c15u) ^ place;
    }
  };

  void MoveTo(Slots& gone, Slots::iterator slot);

  const uint64_t bytes_max_;
  std::atomic<uint64_t> owners_{0};
  std::atomic<uint64_t> misses_{0};
  mutable std::mutex mutex_;  // guards what follows
  Slots slots_;               // the one used last in front
  HashMap<Key, Slots::iterator, KeyHash> by_key_;
  uint64_t bytes_ = 0;
};

}  // namespace spanhound::store
