// Hashes over content, so that equal things meet: equal content gives equal hashes, whatever
// memory it lies in. Not for storage. Pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "model/attribute.h"
#include "model/resource.h"
#include "model/span_batch.h"

namespace spanhound::query {

uint64_t ContentHash(const model::Resource& resource);
uint64_t ContentHash(const model::Scope& scope);
// Of everything but resource and scope, which are numbers here.
uint64_t ContentHash(const model::Span& span);
// Equality to go with it; the two indexes count as well.
bool SameContent(const model::Span& a, const model::Span& b);

}  // namespace spanhound::query
