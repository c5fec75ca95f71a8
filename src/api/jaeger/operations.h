// The operations of a service, as Jaeger's clients ask for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"

namespace spanhound::api {

// `span_kind` as Jaeger names it ("server"); empty: of every kind.
Result<Listing<query::Operation>> OperationsOf(query::Engine& engine, std::string_view service_name,
                                               std::string_view span_kind,
                                               const query::QueryContext& context);

// Each once; `operations` are sorted by name.
std::vector<std::string> NamesOf(const std::vector<query::Operation>& operations);

}  // namespace spanhound::api
