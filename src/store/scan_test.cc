#include "store/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "store/testing/scan_places.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using testing::ElementsAre;
using testing::IsEmpty;

class ScanTest : public ScanPlacesTest {
 protected:
  // Names of the spans for which the predicate holds, oldest first.
  std::vector<std::string> Matches(Predicate filter) {
    ScanRequest request;
    request.filter = std::move(filter);
    request.order = Order::kOldestFirst;
    request.columns = {{Field::kName}};
    return Scan(std::move(request));
  }

  // "value count", the largest first.
  std::vector<std::string> Counts(std::optional<Column> group_by, Predicate filter = {},
                                  TimeRange time = {}) {
    CountRequest request;
    request.group_by = std::move(group_by);
    request.filter = std::move(filter);
    request.time = time;
    const auto groups = store_->Count(std::move(request));
    if (!groups.ok()) return {groups.status().ToString()};
    std::vector<std::string> out;
    for (const GroupCount& group : *groups) {
      out.push_back(group.value + " " + std::to_string(group.row_count));
    }
    return out;
  }
};

INSTANTIATE_TEST_SUITE_P(Places, ScanTest, AllPlaces(), NameOfPlace);

Predicate Attribute(std::string key, Op op, Literal value) {
  return Predicate::Compare({Field::kAttribute, std::move(key)}, op, std::move(value));
}

TEST_P(ScanTest, ComparesTypedValues) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "int", 1, 0, {{"k", AttributeValue::Int(5)}});
  batch.Add(1, 2, "double", 2, 0, {{"k", AttributeValue::Double(5.5)}});
  Append(batch.Take());
  SpanBatchBuilder more;
  more.Add(2, 3, "text", 3, 0, {{"k", AttributeValue::String("5")}});
  more.Add(2, 4, "bool", 4, 0, {{"k", AttributeValue::Bool(true)}});
  more.Add(2, 5, "absent", 5, 0);
  more.Add(2, 6, "empty", 6, 0, {{"k", {}}});
  Append(more.Take());

  EXPECT_THAT(Matches(Attribute("k", Op::kEqual, int64_t{5})), ElementsAre("'int' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kEqual, 5.0)), ElementsAre("'int' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kGreater, int64_t{5})), ElementsAre("'double' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kLessEqual, 5.5)), ElementsAre("'int' ", "'double' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kNotEqual, int64_t{5})), ElementsAre("'double' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kNotEqual, std::string("x"))), ElementsAre("'text' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kTextEqual, std::string("5"))),
              ElementsAre("'int' ", "'text' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kTextEqual, std::string("true"))), ElementsAre("'bool' "));
  EXPECT_THAT(Matches(Attribute("k", Op::kEqual, true)), ElementsAre("'bool' "));
  EXPECT_THAT(Matches(Predicate::Exists({Field::kAttribute, "k"})),
              ElementsAre("'int' ", "'double' ", "'text' ", "'bool' "));
  EXPECT_THAT(Matches(Predicate::Not(Predicate::Exists({Field::kAttribute, "k"}))),
              ElementsAre("'absent' ", "'empty' "));
  EXPECT_THAT(Matches(Predicate::In({Field::kAttribute, "k"}, {std::string("5"), int64_t{5}})),
              ElementsAre("'int' ", "'text' "));
  EXPECT_THAT(Matches(Predicate::In({Field::kAttribute, "k"}, {})), IsEmpty());
}

TEST_P(ScanTest, ComparesText) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "GET /a", 1, 0);
  batch.Add(1, 2, "GET /b", 2, 0);
  Append(batch.Take());
  SpanBatchBuilder more;
  more.Add(1, 3, "POST /a", 3, 0);
  Append(more.Take());
  const auto name = [](Op op, std::string text) {
    return Predicate::Compare({Field::kName}, op, std::move(text));
  };
  EXPECT_THAT(Matches(name(Op::kEqual, "GET /b")), ElementsAre("'GET /b' "));
  EXPECT_THAT(Matches(name(Op::kContains, "/a")), ElementsAre("'GET /a' ", "'POST /a' "));
  EXPECT_THAT(Matches(name(Op::kMatches, "^GET .[ab]$")), ElementsAre("'GET /a' ", "'GET /b' "));
  EXPECT_THAT(Matches(name(Op::kLess, "GET /b")), ElementsAre("'GET /a' "));
  EXPECT_THAT(Matches(name(Op::kEqual, "nothing")), IsEmpty());
}

TEST_P(ScanTest, CombinesPredicates) {
  SpanBatchBuilder batch;
  for (int i = 0; i < 8; ++i) {
    batch.Add(i, i + 1, std::to_string(i), i, 0, {{"n", AttributeValue::Int(i)}});
  }
  Append(batch.Take());
  const auto n = [](Op op, int64_t value) { return Attribute("n", op, value); };
  EXPECT_THAT(Matches(Predicate::And({n(Op::kGreater, 2), n(Op::kLess, 5)})),
              ElementsAre("'3' ", "'4' "));
  EXPECT_THAT(Matches(Predicate::Or({n(Op::kLess, 1), n(Op::kGreater, 6)})),
              ElementsAre("'0' ", "'7' "));
  EXPECT_THAT(Matches(Predicate::Not(Predicate::Or({n(Op::kLess, 6), n(Op::kEqual, 7)}))),
              ElementsAre("'6' "));
  EXPECT_THAT(Matches(Predicate::Or({})), IsEmpty());
  EXPECT_EQ(Matches(Predicate::And({})).size(), 8u);
}

TEST_P(ScanTest, AnyAttributeLooksEverywhere) {
  SpanBatchBuilder batch;
  auto& arena = batch.batch().memory.arena();
  batch.Add(1, 1, "own", 1, 0, {{"k", AttributeValue::Int(1)}});
  auto events = arena.AllocateArray<model::SpanEvent>(1);
  new (&events[0]) model::SpanEvent{5, "e", batch.List({{"k", AttributeValue::Int(1)}})};
  batch.Add(1, 2, "event", 2, 0).events = events;
  auto links = arena.AllocateArray<model::SpanLink>(1);
  new (&links[0]) model::SpanLink{};
  links[0].attributes = batch.List({{"k", AttributeValue::Int(1)}});
  batch.Add(1, 3, "link", 3, 0).links = links;
  batch.Add(1, 4, "none", 4, 0, {{"k", AttributeValue::Int(2)}});
  batch.Service("other");
  batch.batch().resources.back().attributes = batch.List({{"k", AttributeValue::Int(1)}});
  batch.Add(1, 5, "resource", 5, 0, {{"k", AttributeValue::Int(2)}});
  batch.batch().scopes.emplace_back().attributes = batch.List({{"k", AttributeValue::Int(1)}});
  auto& scoped = batch.Service("third").Add(1, 6, "scope", 6, 0);
  scoped.scope_index = 1;
  Append(batch.Take());
  const auto where = [](Field field) {
    return Predicate::Compare({field, "k"}, Op::kEqual, int64_t{1});
  };
  EXPECT_THAT(Matches(where(Field::kAnyAttribute)),
              ElementsAre("'own' ", "'event' ", "'link' ", "'resource' ", "'scope' "));
  EXPECT_THAT(Matches(where(Field::kEventAttribute)), ElementsAre("'event' "));
  EXPECT_THAT(Matches(where(Field::kLinkAttribute)), ElementsAre("'link' "));
  EXPECT_THAT(Matches(where(Field::kResourceAttribute)), ElementsAre("'resource' "));
  EXPECT_THAT(Matches(where(Field::kScopeAttribute)), ElementsAre("'scope' "));
  EXPECT_THAT(Matches(where(Field::kAttribute)), ElementsAre("'own' "));
}

TEST_P(ScanTest, FindsTracesByIdAndServicesByName) {
  for (int trace = 1; trace <= 5; ++trace) {
    SpanBatchBuilder batch;
    batch.Service("service-" + std::to_string(trace));
    for (int span = 1; span <= 3; ++span) {
      batch.Add(trace, trace * 10 + span, std::to_string(trace * 10 + span), trace * 100 + span, 1);
    }
    Append(batch.Take());
  }
  const auto trace = [](uint64_t id) {
    return Predicate::Compare({Field::kTraceId}, Op::kEqual,
                              std::string(IdOf<model::TraceId>(id).view()));
  };
  EXPECT_THAT(Matches(trace(3)), ElementsAre("'31' ", "'32' ", "'33' "));
  EXPECT_THAT(Matches(trace(99)), IsEmpty());
  EXPECT_THAT(Matches(Predicate::Compare({Field::kTraceId}, Op::kTextEqual,
                                         IdOf<model::TraceId>(2).ToHex())),
              ElementsAre("'21' ", "'22' ", "'23' "));
  EXPECT_THAT(
      Matches(Predicate::Compare({Field::kServiceName}, Op::kEqual, std::string("service-4"))),
      ElementsAre("'41' ", "'42' ", "'43' "));
  EXPECT_THAT(store_->Services("default")->entries,
              ElementsAre("service-1", "service-2", "service-3", "service-4", "service-5"));
  EXPECT_THAT(store_->Services("nobody")->entries, IsEmpty());
}

TEST_P(ScanTest, CountsOperations) {
  for (int i = 0; i < 3; ++i) {
    SpanBatchBuilder batch;
    batch.Add(1, 1, "read", 1, 1).kind = model::SpanKind::kServer;
    batch.Add(1, 2, "read", 1, 1).kind = model::SpanKind::kClient;
    batch.Service("other").Add(2, 3, "write", 1, 1);
    Append(batch.Take());
  }
  const auto operations = store_->Operations("default", "shop")->entries;
  ASSERT_EQ(operations.size(), 2u);
  EXPECT_EQ(operations[0].name, "read");
  EXPECT_EQ(operations[0].kind, model::SpanKind::kServer);
  EXPECT_EQ(operations[0].span_count, 3u);
  EXPECT_EQ(operations[1].kind, model::SpanKind::kClient);
}

TEST_P(ScanTest, CountsByEveryKindOfColumn) {
  for (uint64_t i = 0; i < 6; ++i) {
    SpanBatchBuilder batch;
    batch.Add(i, 1, "read", i * 10, 1, {{"k", AttributeValue::Int(5)}}).kind =
        model::SpanKind::kServer;
    batch.Add(i, 2, "read", i * 10, 1, {{"k", AttributeValue::String("5")}}).status_code =
        model::StatusCode::kError;
    batch.Service("bank").Add(i, 3, "write", i * 10 + 5, 1, {{"k", AttributeValue::Bool(true)}});
    batch.Add(i, 4, "write " + std::to_string(i), i * 10 + 5, 1);
    Append(batch.Take());
  }
  EXPECT_THAT(Counts(Column{Field::kServiceName}), ElementsAre("bank 12", "shop 12"));
  EXPECT_THAT(Counts(Column{Field::kName}),
              ElementsAre("read 12", "write 6", "write 0 1", "write 1 1", "write 2 1", "write 3 1",
                          "write 4 1", "write 5 1"));
  EXPECT_THAT(Counts(Column{Field::kKind}), ElementsAre("0 18", "2 6"));
  EXPECT_THAT(Counts(Column{Field::kStatusCode}), ElementsAre("0 18", "2 6"));
  EXPECT_THAT(Counts(Column{Field::kAttribute, "k"}), ElementsAre("5 12", "true 6"));
  EXPECT_THAT(Counts(Column{Field::kAttribute, "other"}), IsEmpty());
  EXPECT_THAT(Counts(Column{Field::kResourceAttribute, "service.name"}),
              ElementsAre("bank 12", "shop 12"));
  EXPECT_THAT(Counts(std::nullopt), ElementsAre(" 24"));
  EXPECT_THAT(Counts(std::nullopt, {}, {20, 45}), ElementsAre(" 10"));
  EXPECT_THAT(Counts(Column{Field::kServiceName}, {}, {20, 45}), ElementsAre("shop 6", "bank 4"));
  const Predicate writes = Predicate::Compare({Field::kName}, Op::kMatches, std::string("^write"));
  EXPECT_THAT(Counts(Column{Field::kServiceName}, writes), ElementsAre("bank 12"));
  EXPECT_THAT(Counts(Column{Field::kServiceName}, Predicate::Not(writes)), ElementsAre("shop 12"));
  EXPECT_THAT(Counts(Column{Field::kName}, Attribute("k", Op::kEqual, true)),
              ElementsAre("write 6"));
  EXPECT_THAT(Counts(std::nullopt, Attribute("k", Op::kEqual, int64_t{7})), ElementsAre(" 0"));
  EXPECT_THAT(Counts(std::nullopt, {}, {1000, 2000}), ElementsAre(" 0"));
}

TEST_P(ScanTest, RefusesCountsThatMakeNoSenseOrAreTooLarge) {
  SpanBatchBuilder batch;
  for (uint64_t i = 0; i < 10; ++i) batch.Add(i, 1, std::to_string(i), i, 1);
  Append(batch.Take());
  EXPECT_THAT(Counts(Column{Field::kBody}),
              ElementsAre("INVALID_ARGUMENT: the table has no such column"));
  EXPECT_THAT(Counts(Column{Field::kEvents}),
              ElementsAre("INVALID_ARGUMENT: that column cannot be counted by"));
  CountRequest request;
  request.group_by = Column{Field::kName};
  request.groups_max = 9;
  EXPECT_EQ(store_->Count(request).status().code(), Code::kOutOfRange);
  request.groups_max = 10;
  EXPECT_EQ(store_->Count(request)->size(), 10u);
  request.memory_bytes_max = 100;
  EXPECT_EQ(store_->Count(request).status().code(), Code::kResourceExhausted);
  const std::atomic<bool> cancelled = true;
  request.cancelled = &cancelled;
  EXPECT_EQ(store_->Count(request).status().code(), Code::kCancelled);
}

TEST_P(ScanTest, TimeRangeIsHalfOpen) {
  for (int i = 0; i < 10; ++i) {
    SpanBatchBuilder batch;
    batch.Add(i, 1, std::to_string(i), i * 10, 0);
    Append(batch.Take());
  }
  ScanRequest request;
  request.order = Order::kOldestFirst;
  request.columns = {{Field::kName}};
  request.time = {30, 50};
  EXPECT_THAT(Scan(request), ElementsAre("'3' ", "'4' "));
  request.time = {91, UINT64_MAX};
  EXPECT_THAT(Scan(request), IsEmpty());
}

TEST_P(ScanTest, TenantsDoNotSeeEachOther) {
  for (std::string_view tenant : {"a", "b/../c"}) {
    SpanBatchBuilder batch;
    batch.Add(1, 1, tenant, 1, 0);
    batch.batch().tenant = tenant;
    Append(batch.Take());
  }
  ScanRequest request;
  request.columns = {{Field::kName}};
  EXPECT_THAT(Scan(request), IsEmpty());
  request.tenant = "b/../c";
  EXPECT_THAT(Scan(request), ElementsAre("'b/../c' "));
}

TEST_P(ScanTest, LogsAreFoundByTraceSpanAndService) {
  for (int i = 0; i < 6; ++i) {
    model::LogBatch batch;
    SpanBatchBuilder text;  // for its attribute lists
    model::Resource& resource = batch.resources.emplace_back();
    Arena& arena = batch.memory.arena();
    auto attributes = arena.AllocateArray<model::Attribute>(1);
    new (&attributes[0]) model::Attribute{
        "service.name", AttributeValue::String(arena.Copy("svc" + std::to_string(i % 2)))};
    resource.attributes = attributes;
    batch.scopes.emplace_back();
    model::LogRecord& record = batch.records.emplace_back();
    record.trace_id = IdOf<model::TraceId>(i / 2);
    record.span_id = IdOf<model::SpanId>(i);
    // Without a time of its own a record is at the time it was observed.
    record.time_unix_nanos = i == 5 ? 0 : 100 + i;
    record.observed_time_unix_nanos = 200 + i;
    record.severity_number = static_cast<uint8_t>(i);
    record.severity_text = "INFO";
    record.event_name = "happened";
    record.body = i % 2 == 0 ? AttributeValue::String(arena.Copy("line " + std::to_string(i)))
                             : AttributeValue::Int(i);
    record.attributes = attributes;
    Append(std::move(batch));
  }
  ScanRequest request;
  request.table = Table::kLogs;
  request.order = Order::kOldestFirst;
  request.columns = {{Field::kTime}, {Field::kBody}, {Field::kServiceName}};
  request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual,
                                      std::string(IdOf<model::TraceId>(2).view()));
  EXPECT_THAT(Scan(request), ElementsAre("104 1:'line 4' 'svc0' ", "205 3:'5' 'svc1' "));
  request.filter = Predicate::Compare({Field::kServiceName}, Op::kEqual, std::string("svc1"));
  request.time.max_unix_nanos = 104;
  EXPECT_THAT(Scan(request), ElementsAre("101 3:'1' 'svc1' ", "103 3:'3' 'svc1' "));
  request.time = {};
  request.filter = Predicate::Compare({Field::kBody}, Op::kContains, std::string("2"));
  EXPECT_THAT(Scan(request), ElementsAre("102 1:'line 2' 'svc0' "));
  request.filter = Predicate::Compare({Field::kSeverityNumber}, Op::kGreaterEqual, int64_t{5});
  EXPECT_EQ(Scan(request).size(), 1u);
  EXPECT_THAT(store_->Services("default")->entries, IsEmpty());  // of spans
}

TEST_P(ScanTest, RefusesRequestsThatMakeNoSense) {
  ScanRequest request;
  request.columns = {{Field::kBody}};
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.columns = {{Field::kAnyAttribute, "k"}};
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.columns = {};
  request.after = Cursor{};
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.after.reset();
  request.filter = Predicate::Compare({Field::kName}, Op::kMatches, std::string("("));
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.filter = Predicate::Compare({Field::kName}, Op::kContains, int64_t{1});
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.filter = Predicate::Compare({Field::kResource}, Op::kEqual, std::string("x"));
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.filter = {};
  for (int depth = 0; depth < 1000; ++depth) {
    request.filter = Predicate::Not(std::move(request.filter));
  }
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
  request.filter = {};
  request.table = Table::kLogs;
  request.order = Order::kSlowestFirst;
  EXPECT_EQ(CodeOf(request), Code::kInvalidArgument);
}

TEST_P(ScanTest, StopsWhenCancelledOrOutOfMemory) {
  SpanBatchBuilder batch;
  for (int i = 0; i < 100; ++i) batch.Add(i, i, "span", i, 0);
  Append(batch.Take());
  std::atomic<bool> cancelled = true;
  for (Order order : {Order::kNone, Order::kNewestFirst}) {
    ScanRequest request;
    request.order = order;
    request.columns = {{Field::kName}};
    request.cancelled = &cancelled;
    EXPECT_THAT(Scan(request), ElementsAre("CANCELLED: the scan was cancelled"));
  }
  ScanRequest request;
  request.order = Order::kNewestFirst;
  request.columns = {{Field::kName}};
  request.memory_bytes_max = 100;
  const std::vector<std::string> answer = Scan(request);
  ASSERT_EQ(answer.size(), 1u);
  EXPECT_TRUE(answer[0].starts_with("RESOURCE_EXHAUSTED")) << answer[0];
}

TEST_P(ScanTest, WhatAConditionRemembersCountsAsMemory) {
  Open(/*row_group_rows=*/256);
  SpanBatchBuilder batch;
  for (uint64_t row = 0; row < 4000; ++row) {  // every value twice: they get a dictionary
    batch.Add(1 + row, 1 + row, "span", row, 1,
              {{"number", AttributeValue::Int(static_cast<int64_t>(row % 2000))}});
  }
  Append(batch.Take());
  ASSERT_TRUE(store_->Flush().ok());
  ScanRequest request;
  request.order = Order::kNewestFirst;
  request.columns = {{Field::kName}};
  request.filter = Attribute("number", Op::kGreater, int64_t{5000});
  request.memory_bytes_max = 3000;  // a byte each of the 2000 values
  EXPECT_THAT(Scan(request), IsEmpty());
  request.memory_bytes_max = 1500;
  auto stream = store_->Scan(request);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ((*stream)->Next().status().code(), Code::kResourceExhausted);
}

TEST_P(ScanTest, FewRowsOfManyAreWhatTheyAreAmongAll) {
  Open(/*row_group_rows=*/256);
  for (uint64_t i = 0; i < 4; ++i) {
    model::SpanBatch batch = RichSpans();
    SpanBatchBuilder more;
    for (uint64_t row = 0; row < 40; ++row) {
      const std::string name = std::to_string(i) + "/" + std::to_string(row);
      more.Service("s" + std::to_string(row % 3));
      more.Add(100 + row / 7, i * 100 + row, name, i * 1000 + row, row,
               {{"row", AttributeValue::Int(static_cast<int64_t>(row))},
                {"name", AttributeValue::String(name)}});
    }
    Append(more.Take());
    for (model::Span& span : batch.spans) span.start_unix_nanos += i;
    Append(std::move(batch));
  }
  ScanRequest request;
  request.order = Order::kOldestFirst;
  for (const StoredColumn& column : StoredColumns(Table::kSpans)) {
    request.columns.push_back({column.field});
  }
  for (Field field :
       {Field::kDuration, Field::kServiceName, Field::kScopeName, Field::kScopeVersion}) {
    request.columns.push_back({field});
  }
  request.columns.push_back({Field::kAttribute, "name"});
  request.columns.push_back({Field::kResourceAttribute, "service.name"});
  request.columns.push_back({Field::kScopeAttribute, "scope.key"});
  const std::vector<std::string> all = Scan(request);
  ASSERT_EQ(all.size(), 4u * (4 + 40));
  std::vector<std::string> one_by_one;
  for (uint64_t i = 0; i < all.size(); ++i) {
    request.limit = 1;
    for (std::string& row : ScanPage(&request)) one_by_one.push_back(std::move(row));
  }
  EXPECT_EQ(one_by_one, all);
}

TEST_P(ScanTest, ConditionsOnFewRowsMeanTheSame) {
  Open(/*row_group_rows=*/256);
  SpanBatchBuilder batch;
  for (uint64_t row = 0; row < 100; ++row) {
    batch.Add(row / 9, row, std::to_string(row), row, row,
              {{"tens", AttributeValue::Int(static_cast<int64_t>(row / 10))},
               {"ones", AttributeValue::Int(static_cast<int64_t>(row % 10))}});
  }
  auto events = batch.batch().memory.arena().AllocateArray<model::SpanEvent>(1);
  new (&events[0]) model::SpanEvent{5, "e", batch.List({{"k", AttributeValue::Int(1)}})};
  batch.batch().spans[42].events = events;
  Append(batch.Take());
  const Predicate forties = Attribute("tens", Op::kEqual, int64_t{4});
  EXPECT_THAT(Matches(Predicate::And({forties, Attribute("ones", Op::kLess, int64_t{2})})),
              ElementsAre("'40' ", "'41' "));
  EXPECT_THAT(Matches(Predicate::And(
                  {forties, Predicate::Not(Attribute("ones", Op::kGreater, int64_t{0}))})),
              ElementsAre("'40' "));
  EXPECT_THAT(Matches(Predicate::And({forties, Predicate::Compare({Field::kAnyAttribute, "k"},
                                                                  Op::kEqual, int64_t{1})})),
              ElementsAre("'42' "));
  EXPECT_THAT(Matches(Predicate::And({forties, Predicate::Compare({Field::kSpanEventName},
                                                                  Op::kEqual, std::string("e"))})),
              ElementsAre("'42' "));
  EXPECT_THAT(Matches(Predicate::And(
                  {forties, Predicate::Compare({Field::kDuration}, Op::kEqual, int64_t{47})})),
              ElementsAre("'47' "));
}

TEST_P(ScanTest, RowsOutliveTheStream) {
  Append(RichSpans());
  ScanRequest request;
  request.columns = {{Field::kAttributes}, {Field::kEvents}, {Field::kResource}};
  std::optional<ColumnBatch> batch;
  {
    auto stream = store_->Scan(request);
    ASSERT_TRUE(stream.ok());
    batch = *(*stream)->Next();
  }
  ASSERT_TRUE(batch.has_value());
  const std::vector<std::string> before = RowsOf(*batch);
  ASSERT_TRUE(store_->Flush().ok());
  EXPECT_EQ(RowsOf(*batch), before);
}

}  // namespace
}  // namespace spanhound::store
