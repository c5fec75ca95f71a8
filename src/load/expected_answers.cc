#include "load/expected_answers.h"

#include <algorithm>

namespace spanhound::load {

size_t ExpectedAnswers::Register(const Search& search) {
  auto same = std::ranges::find(answers_, search, &Answer::search);
  if (same != answers_.end()) return static_cast<size_t>(same - answers_.begin());
  size_t number = answers_.size();
  answers_.push_back({search, {}});
  std::vector<size_t>& index = !search.key.empty()       ? by_value_[search.value]
                               : !search.service.empty() ? by_service_[search.service]
                                                         : always_;
  index.push_back(number);
  return number;
}

void ExpectedAnswers::Add(const model::SpanBatch& batch) {
  for (const model::Span& span : batch.spans) {
    std::string_view service = batch.resource_of(span).service_name();
    auto count = spans_by_service_.find(service);
    if (count == spans_by_service_.end()) {
      count = spans_by_service_.emplace(std::string(service), 0).first;
    }
    ++count->second;
    OfferIfMatching(always_, span, service);
    auto of_service = by_service_.find(service);
    if (of_service != by_service_.end()) OfferIfMatching(of_service->second, span, service);
    for (const model::Attribute& attribute : span.attributes) {
      if (attribute.value.type != model::ValueType::kString) continue;
      auto of_value = by_value_.find(attribute.value.text());
      if (of_value != by_value_.end()) OfferIfMatching(of_value->second, span, service);
    }
  }
}

void ExpectedAnswers::OfferIfMatching(const std::vector<size_t>& numbers, const model::Span& span,
                                      std::string_view service) {
  for (size_t number : numbers) {
    Answer& answer = answers_[number];
    if (answer.search.Matches(span, service)) Offer(answer, {span.start_unix_nanos, span.trace_id});
  }
}

// A trace that fell out before comes back by its newer span, if it has one, so that nothing but
// the newest `limit_` need be kept.
void ExpectedAnswers::Offer(Answer& answer, const Hit& hit) const {
  std::vector<Hit>& hits = answer.hits;
  if (hits.size() == limit_ && hit.start_unix_nanos <= hits.back().start_unix_nanos) return;
  auto same = std::ranges::find(hits, hit.trace_id, &Hit::trace_id);
  if (same != hits.end()) {
    if (same->start_unix_nanos >= hit.start_unix_nanos) return;
    hits.erase(same);
  }
  auto place = std::ranges::upper_bound(hits, hit.start_unix_nanos, std::greater<>(),
                                        &Hit::start_unix_nanos);
  hits.insert(place, hit);
  if (hits.size() > limit_) hits.pop_back();
}

void ExpectedAnswers::Merge(const ExpectedAnswers& other) {
  for (size_t i = 0; i < answers_.size(); ++i) {
    for (const Hit& hit : other.answers_[i].hits) Offer(answers_[i], hit);
  }
  for (const auto& [service, count] : other.spans_by_service_) spans_by_service_[service] += count;
}

std::vector<model::TraceId> ExpectedAnswers::Newest(size_t search) const {
  std::vector<model::TraceId> ids;
  for (const Hit& hit : answers_[search].hits) ids.push_back(hit.trace_id);
  return ids;
}

}  // namespace spanhound::load
