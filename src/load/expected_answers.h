// ExpectedAnswers: what a right server answers, worked out from the very spans that a run sends.
// It is the slow and obvious way: every span meets every search that could want it. Searches are
// registered first, then batches are added. One thread; copies made after the registration may
// work in parallel and be merged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash_map.h"
#include "load/search.h"
#include "model/span_batch.h"

namespace spanhound::load {

class ExpectedAnswers {
 public:
  // Searches are for the `limit` traces with the newest matching spans.
  explicit ExpectedAnswers(size_t limit) : limit_(limit) {}

  // Returns a number to ask Newest with; equal searches share it.
  size_t Register(const Search& search);
  void Add(const model::SpanBatch& batch);
  // `other` has the same searches.
  void Merge(const ExpectedAnswers& other);

  // The newest first.
  std::vector<model::TraceId> Newest(size_t search) const;
  const StringMap<uint64_t>& spans_by_service() const { return spans_by_service_; }

 private:
  struct Hit {
    uint64_t start_unix_nanos;
    model::TraceId trace_id;
  };
  struct Answer {
    Search search;
    std::vector<Hit> hits;  // by start, newest first; a trace once, with its newest span
  };
  void Offer(Answer& answer, const Hit& hit) const;
  void OfferIfMatching(const std::vector<size_t>& numbers, const model::Span& span,
                       std::string_view service);

  const size_t limit_;
  std::vector<Answer> answers_;
  // Which searches a span has to meet at all: by attribute value where there is one, else by
  // service, else always.
  StringMap<std::vector<size_t>> by_value_, by_service_;
  std::vector<size_t> always_;
  StringMap<uint64_t> spans_by_service_;
};

}  // namespace spanhound::load
