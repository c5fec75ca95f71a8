#include "query/exec/find_logs.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/exec/answer_bytes.h"
#include "query/exec/interner.h"
#include "query/exec/page_token.h"
#include "query/plan/columns.h"

namespace spanhound::query {
namespace {

store::Predicate FilterOf(const LogSearch& search) {
  std::vector<store::Predicate> conditions;
  const auto require = [&conditions](store::Field field, std::string value) {
    conditions.push_back(store::Predicate::Compare({field}, store::Op::kEqual, std::move(value)));
  };
  if (search.trace_id) {
    require(store::Field::kTraceId, std::string(search.trace_id->view()));
  }
  if (search.span_id) require(store::Field::kSpanId, std::string(search.span_id->view()));
  if (!search.service_name.empty()) require(store::Field::kServiceName, search.service_name);
  if (search.min_severity_number > 0) {
    conditions.push_back(store::Predicate::Compare({store::Field::kSeverityNumber},
                                                   store::Op::kGreaterEqual,
                                                   int64_t{search.min_severity_number}));
  }
  if (!search.text.empty()) {  // the dearest, so it comes last
    conditions.push_back(
        store::Predicate::Compare({store::Field::kBody}, store::Op::kContains, search.text));
  }
  return conditions.empty() ? store::Predicate() : store::Predicate::And(std::move(conditions));
}

}  // namespace

Result<Logs> FindLogs(const Reading& reading, const LogSearch& search) {
  store::ScanRequest request = reading.NewRequest(store::Table::kLogs, search.time);
  request.filter = FilterOf(search);
  request.columns = WholeLogColumns();
  request.order = search.newest_first ? store::Order::kNewestFirst : store::Order::kOldestFirst;
  request.limit = search.limit;
  if (!search.after.empty()) {
    ASSIGN_OR_RETURN(request.after, DecodePageToken(request.order, search.after));
  }
  Logs logs;
  logs.batch.tenant = reading.tenant;
  Interner<model::Resource> resources;
  Interner<model::Scope> scopes;
  auto take = [&](const store::ColumnBatch& batch) -> Status {
    logs.memory.push_back(batch.memory);
    for (size_t row = 0; row < batch.row_count; ++row) {
      const LogRow cells = ReadLog(batch, row);
      RETURN_IF_ERROR(reading.budget.Charge(EstimateBytes(cells)));
      model::LogRecord& record = logs.batch.records.emplace_back(cells.record);
      record.resource_index = resources.Intern(cells.resource, logs.batch.resources);
      record.scope_index = scopes.Intern(cells.scope, logs.batch.scopes);
    }
    return Status::Ok();
  };
  const store::Order order = request.order;
  std::optional<store::Cursor> end;
  RETURN_IF_ERROR(reading.ForEachBatch(std::move(request), take, &end));
  if (end && logs.batch.records.size() == search.limit) {
    logs.next_page = EncodePageToken(order, *end);
  }
  return logs;
}

}  // namespace spanhound::query
