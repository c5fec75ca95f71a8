// Scans in an order, and their pages: exact for any data, wherever it lies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/random.h"
#include "store/scan.h"
#include "store/testing/scan_places.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;

class OrderedScanTest : public ScanPlacesTest {
 protected:
  // All rows, page by page; `behind_page` is called behind each.
  std::vector<std::string> ScanPages(
      ScanRequest request, const std::function<void()>& behind_page = [] {}) {
    std::vector<std::string> rows;
    for (std::vector<std::string> page; !(page = ScanPage(&request)).empty(); behind_page()) {
      rows.insert(rows.end(), page.begin(), page.end());
    }
    return rows;
  }
};

INSTANTIATE_TEST_SUITE_P(Places, OrderedScanTest, AllPlaces(), NameOfPlace);

TEST_P(OrderedScanTest, EveryOrderIsExactAndPagesNeverOverlap) {
  struct Row {
    uint64_t time, duration, trace, span;
  };
  std::vector<Row> rows;
  SeededRandom random(7);
  uint64_t span_id = 0;
  for (int append = 0; append < 20; ++append) {
    SpanBatchBuilder batch;
    for (uint64_t i = random.Below(12) + 1; i > 0; --i) {
      // Small numbers, so that there are many ties.
      const Row row{random.Below(30), random.Below(20), random.Below(15), ++span_id};
      rows.push_back(row);
      batch.Add(row.trace, row.span, std::to_string(row.span), row.time, row.duration);
    }
    Append(batch.Take());
  }
  for (Order order : {Order::kNewestFirst, Order::kOldestFirst, Order::kSlowestFirst}) {
    std::ranges::sort(rows, [order](const Row& a, const Row& b) {
      const uint64_t key_a = order == Order::kSlowestFirst ? a.duration : a.time;
      const uint64_t key_b = order == Order::kSlowestFirst ? b.duration : b.time;
      if (key_a != key_b) return order == Order::kOldestFirst ? key_a < key_b : key_a > key_b;
      return std::tie(a.trace, a.span) < std::tie(b.trace, b.span);
    });
    std::vector<std::string> expected;
    for (const Row& row : rows) expected.push_back("'" + std::to_string(row.span) + "' ");
    for (uint64_t page_rows : {uint64_t{1}, uint64_t{7}, UINT64_MAX}) {
      ScanRequest request;
      request.order = order;
      request.columns = {{Field::kName}};
      request.limit = page_rows;
      EXPECT_EQ(ScanPages(std::move(request)), expected);
    }
  }
}

// Log records of one text and time each; everything else is equal.
model::LogBatch LogOf(std::string_view text, uint64_t time) {
  model::LogBatch batch;
  batch.resources.emplace_back();
  batch.scopes.emplace_back();
  model::LogRecord& record = batch.records.emplace_back();
  record.trace_id = IdOf<model::TraceId>(1);
  record.span_id = IdOf<model::SpanId>(2);
  record.time_unix_nanos = time;
  record.body = AttributeValue::String(batch.memory.arena().Copy(text));
  return batch;
}

TEST_P(OrderedScanTest, PagesAreExactWhereOnlyContentTellsRowsApart) {
  for (uint64_t page_rows : {1, 2, 3, 7}) {
    // A row before and one behind, so that the tie is cut at its ends too.
    Append(LogOf("first", 10 * page_rows + 1));
    for (std::string_view text : {"a", "b", "a", "c", "a"}) Append(LogOf(text, 10 * page_rows));
    Append(LogOf("last", 10 * page_rows - 1));
    ScanRequest request;
    request.table = Table::kLogs;
    request.time = {10 * page_rows - 1, 10 * page_rows + 2};
    request.order = Order::kNewestFirst;
    request.columns = {{Field::kBody}};
    const std::vector<std::string> all = Scan(request);
    EXPECT_THAT(all, testing::UnorderedElementsAre("1:'first' ", "1:'a' ", "1:'a' ", "1:'a' ",
                                                   "1:'b' ", "1:'c' ", "1:'last' "));
    request.limit = page_rows;
    // Where the rows lie may change between two pages.
    EXPECT_EQ(ScanPages(request, [&] { ASSERT_TRUE(store_->Flush().ok()); }), all);
  }
}

// Parts that overlap, know their newest rows, and hold times that come often.
TEST_P(OrderedScanTest, NewestFirstIsTheOrderOfAllRows) {
  Open(/*row_group_rows=*/256);
  struct Row {
    uint64_t time, trace, span;
    std::string text;
    size_t service;
  };
  std::vector<Row> rows;
  SeededRandom random(7);
  for (uint64_t i = 0; i < 4; ++i) {
    SpanBatchBuilder batch;
    for (uint64_t k = 0; k < 300; ++k) {
      const size_t service = random.Below(20) == 0 ? 2 : random.Below(2);
      const uint64_t number = i * 1000 + k;
      batch.Service("s" + std::to_string(service));
      const std::string text = "'" + std::to_string(number) + "' ";
      rows.push_back({random.Below(200), number / 5, number, text, service});
      const Row& row = rows.back();
      batch.Add(row.trace, row.span, std::to_string(number), row.time, k);
    }
    Append(batch.Take());
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    if (a.time != b.time) return a.time > b.time;
    const auto id = [](const Row& row) {
      return std::pair(IdOf<model::TraceId>(row.trace), IdOf<model::SpanId>(row.span));
    };
    return id(a) < id(b);
  });
  for (size_t service = 0; service < 3; ++service) {
    std::vector<std::string> expected;
    for (const Row& row : rows) {
      if (row.service == service) expected.push_back(row.text);
    }
    ScanRequest request;
    request.order = Order::kNewestFirst;
    request.columns = {{Field::kName}};
    request.filter =
        Predicate::Compare({Field::kServiceName}, Op::kEqual, "s" + std::to_string(service));
    EXPECT_EQ(Scan(request), expected);
    request.limit = 20;
    std::vector<std::string> pages;
    for (std::vector<std::string> page; !(page = ScanPage(&request)).empty();) {
      pages.insert(pages.end(), page.begin(), page.end());
    }
    EXPECT_EQ(pages, expected);
    request.after.reset();
    request.limit = 5;
    request.time = {20, 100};
    std::erase_if(expected, [&](const std::string& text) {
      const auto row = std::ranges::find(rows, text, &Row::text);
      return row->time < 20 || row->time >= 100;
    });
    expected.resize(5);
    EXPECT_EQ(Scan(request), expected);
  }
}

}  // namespace
}  // namespace spanhound::store
