// StoreOracle: what a store must have, kept in memory. It is told of every append and of its
// answer, and compares all that a store returns with that: acknowledged batches are there, once and
// byte for byte; others whole or not at all; nothing else. For tests only. One thread at a time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/testing/exact_rows.h"

namespace spanhound::store {

class StoreOracle {
 public:
  using BatchNumber = uint64_t;

  // An append is on its way; once more for a batch that is sent again.
  template <typename Batch>
  void Submit(BatchNumber number, const Batch& batch) {
    Expected& expected = batches_[number];
    ++expected.submit_count;
    expected.is_dropped = false;
    if (!expected.rows.empty()) return;
    constexpr Table kTable = std::is_same_v<Batch, model::SpanBatch> ? Table::kSpans : Table::kLogs;
    expected.rows = ExactRows(batch);
    for (const std::string& row : expected.rows) {
      rows_[{batch.tenant, kTable, row}] = number;
    }
    tenants_.insert(batch.tenant);
  }
  void Acknowledge(BatchNumber number) {
    ++batches_.at(number).answer_count;
    SetCertain(number);
  }

  // Batches for which `is_old(number)` holds may be dropped from now on; none of them comes back.
  template <typename IsOld>
  void MayDrop(IsOld is_old) {
    for (auto& [number, expected] : batches_) {
      if (is_old(number)) expected.may_be_dropped = true;
    }
  }
  size_t dropped_count() const { return dropped_count_; }

  // All that was acknowledged so far survives a power cut from now on.
  void AllIsSynced() { unsynced_.clear(); }
  // The power was cut, and acknowledged did not mean synced.
  void LoseUnsynced() {
    for (BatchNumber number : unsynced_) batches_.at(number).is_certain = false;
    unsynced_.clear();
  }

  size_t batch_count() const { return batches_.size(); }

  // Compares everything, in several ways of reading.
  void Check(ScanSource& store) {
    Counts counts;
    for (const std::string& tenant : tenants_) {
      for (Table table : {Table::kSpans, Table::kLogs}) CheckTable(store, tenant, table, &counts);
    }
    for (auto& [number, expected] : batches_) CheckBatch(number, counts[number], expected);
  }

  // Whether some of `before` are not in `after`, and none that has to stay: retention dropped them.
  bool WereDropped(const std::string& tenant, Table table, std::set<std::string> before,
                   const std::vector<std::string>& after) const {
    for (const std::string& row : after) before.erase(row);
    return !before.empty() && std::ranges::all_of(before, [&](const std::string& row) {
      const auto known = rows_.find({tenant, table, row});
      return known != rows_.end() && batches_.at(known->second).may_be_dropped;
    });
  }

 private:
  struct Expected {
    std::vector<std::string> rows;
    uint64_t submit_count = 0;
    uint64_t answer_count = 0;
    bool is_certain = false;  // acknowledged, or seen: it has to stay
    bool may_be_dropped = false;
    bool is_dropped = false;
  };
  // Of each batch, how often each of its rows was found.
  using Counts = std::map<BatchNumber, std::map<std::string, uint64_t>>;

  static ScanRequest RequestFor(const std::string& tenant, Table table) {
    ScanRequest request;
    request.tenant = tenant;
    request.table = table;
    return request;
  }

  // Retention may drop a block between two scans, at a time that nobody decides: what differs is
  // looked at again when rows that may be dropped are gone meanwhile, and only then.
  void CheckTable(ScanSource& store, const std::string& tenant, Table table, Counts* counts) {
    auto rows = ScanExactRows(store, RequestFor(tenant, table));
    while (true) {
      ASSERT_TRUE(rows.ok()) << rows.status().ToString();
      const std::set<std::string> wanted(rows->begin(), rows->end());
      const std::string difference = Compare(store, tenant, table, wanted);
      if (difference.empty()) break;
      rows = ScanExactRows(store, RequestFor(tenant, table));
      ASSERT_TRUE(rows.ok()) << rows.status().ToString();
      ASSERT_TRUE(WereDropped(tenant, table, wanted, *rows)) << difference;
    }
    for (const std::string& row : *rows) {
      const auto known = rows_.find({tenant, table, row});
      ASSERT_NE(known, rows_.end()) << "never appended like this: " << row;
      ++(*counts)[known->second][row];
    }
  }

  // The first way of reading that gives something else, or nothing.
  static std::string Compare(ScanSource& store, const std::string& tenant, Table table,
                             const std::set<std::string>& wanted) {
    std::map<std::string, std::set<std::string>> by_trace;
    for (const std::string& row : wanted) {
      by_trace[row.substr(0, 2 * model::TraceId::kSize)].insert(row);
    }
    std::string difference = CompareOrdered(store, tenant, table, wanted);
    for (const auto& [trace, rows] : by_trace) {
      if (difference.empty()) difference = CompareTrace(store, tenant, table, trace, rows);
    }
    if (difference.empty() && table == Table::kSpans) difference = CompareCatalog(store, tenant);
    return difference;
  }

  // Between two scans a merge may drop what is there twice, so that sets are compared.
  static std::string CompareOrdered(ScanSource& store, const std::string& tenant, Table table,
                                    const std::set<std::string>& wanted) {
    ScanRequest request = RequestFor(tenant, table);
    request.order = Order::kNewestFirst;
    request.columns = AllColumns(table);
    auto stream = store.Scan(std::move(request));
    if (!stream.ok()) return stream.status().ToString();
    std::set<std::string> found;
    uint64_t last = UINT64_MAX;
    while (true) {
      const auto batch = (*stream)->Next();
      if (!batch.ok()) return batch.status().ToString();
      if (!*batch) break;
      for (uint64_t time : (*batch)->column<uint64_t>(kTimeColumn)) {
        if (time > last) return "an ordered scan is not in order";
        last = time;
      }
      found.merge(SetOf(ExactRows(**batch)));
    }
    return found == wanted ? "" : "an ordered scan finds other rows";
  }

  static std::string CompareTrace(ScanSource& store, const std::string& tenant, Table table,
                                  const std::string& trace, const std::set<std::string>& wanted) {
    model::TraceId id;
    if (!id.SetHex(trace)) return "not a trace id: " + trace;
    ScanRequest request = RequestFor(tenant, table);
    request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual, std::string(id.view()));
    auto found = ScanExactRows(store, std::move(request));
    if (!found.ok()) return found.status().ToString();
    return SetOf(std::move(*found)) == wanted ? "" : "other rows by trace id " + trace;
  }

  static std::set<std::string> SetOf(std::vector<std::string> rows) {
    return {std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end())};
  }

  // Every operation that is found, and no other.
  static std::string CompareCatalog(ScanSource& store, const std::string& tenant) {
    ScanRequest request = RequestFor(tenant, Table::kSpans);
    request.columns = {{Field::kServiceName}, {Field::kName}, {Field::kKind}};
    auto stream = store.Scan(std::move(request));
    if (!stream.ok()) return stream.status().ToString();
    std::map<std::string, std::set<std::pair<std::string, uint64_t>>> wanted;
    while (true) {
      const auto batch = (*stream)->Next();
      if (!batch.ok()) return batch.status().ToString();
      if (!*batch) break;
      for (size_t i = 0; i < (*batch)->row_count; ++i) {
        wanted[std::string((*batch)->column<std::string_view>(0)[i])].emplace(
            (*batch)->column<std::string_view>(1)[i], (*batch)->column<uint64_t>(2)[i]);
      }
    }
    const auto services = store.Services(tenant);
    if (!services.ok()) return services.status().ToString();
    for (const auto& [service, operations] : wanted) {
      if (std::ranges::find(services->entries, service) == services->entries.end()) {
        return "a service is not listed: " + service;
      }
      const auto entries = store.Operations(tenant, service);
      if (!entries.ok()) return entries.status().ToString();
      std::set<std::pair<std::string, uint64_t>> found;
      for (const OperationEntry& entry : entries->entries) {
        found.emplace(entry.name, static_cast<uint64_t>(entry.kind));
      }
      if (found != operations) return "other operations of " + service;
    }
    return "";
  }

  void SetCertain(BatchNumber number) {
    batches_.at(number).is_certain = true;
    unsynced_.insert(number);
  }

  // What was sent again without an answer may still turn up.
  void SetDropped(Expected& expected) {
    if (!expected.is_certain || expected.submit_count != expected.answer_count) return;
    dropped_count_ += expected.is_dropped ? 0 : 1;
    expected.is_dropped = true;
  }

  void CheckBatch(BatchNumber number, const std::map<std::string, uint64_t>& counts,
                  Expected& expected) {
    if (counts.empty() && expected.may_be_dropped) return SetDropped(expected);
    ASSERT_TRUE(counts.empty() || !expected.is_dropped) << "batch " << number << " came back";
    if (counts.empty()) {
      ASSERT_FALSE(expected.is_certain) << "acknowledged batch " << number << " is lost";
      return;
    }
    ASSERT_EQ(counts.size(), expected.rows.size()) << "batch " << number << " is there in part";
    for (const auto& [row, count] : counts) {
      ASSERT_LE(count, expected.submit_count) << "batch " << number << " is there too often";
    }
    if (!expected.is_certain) SetCertain(number);
  }

  std::map<BatchNumber, Expected> batches_;
  std::map<std::tuple<std::string, Table, std::string>, BatchNumber> rows_;
  std::set<std::string> tenants_;
  std::set<BatchNumber> unsynced_;
  size_t dropped_count_ = 0;
};

}  // namespace spanhound::store
