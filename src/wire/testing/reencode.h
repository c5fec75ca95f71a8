// For fuzz targets: what a decoder made must survive the OTLP encoding, which shares no code with
// it; so every view in it is read.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "wire/otlp/otlp.h"
#include "wire/testing/batch_text.h"

namespace spanhound::wire {

// The order of spans in an OTLP request is by resource and scope.
template <typename Items, typename Text>
std::string SortedText(const Items& items, Text text) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.push_back(text(item));
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& each : texts) all += each;
  return all;
}

inline std::string SortedText(const model::SpanBatch& batch) {
  return SortedText(batch.spans, [](const model::Span& span) {
    std::string text;
    AppendSpan(span, text);
    return text;
  });
}

inline std::string SortedText(const model::LogBatch& batch) {
  model::LogBatch alone;
  alone.resources.emplace_back();
  alone.scopes.emplace_back();
  return SortedText(batch.records, [&](const model::LogRecord& record) {
    model::LogRecord& copy = alone.records.emplace_back(record);
    copy.resource_index = 0;
    copy.scope_index = 0;
    std::string text = BatchText(alone);
    alone.records.clear();
    return text;
  });
}

inline void CheckReencodes(const model::LogBatch& batch) {
  const auto again = DecodeOtlpLogs(EncodeOtlpLogs(batch), {});
  CHECK(again.ok());
  CHECK(SortedText(again->batch) == SortedText(batch));
}

inline void CheckReencodes(const model::SpanBatch& batch) {
  const auto again = DecodeOtlpTraces(EncodeOtlpTraces(batch), {});
  CHECK(again.ok());
  CHECK(SortedText(again->batch) == SortedText(batch));
}

}  // namespace spanhound::wire
