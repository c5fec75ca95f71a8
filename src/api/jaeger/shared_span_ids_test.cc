#include "api/jaeger/shared_span_ids.h"

#include <gtest/gtest.h>

namespace spanhound::api {
namespace {

model::SpanId Id(uint8_t number) {
  model::SpanId id;
  id.bytes[7] = number;
  return id;
}

model::Span MakeSpan(uint8_t id, uint8_t parent, model::SpanKind kind) {
  model::Span span;
  span.span_id = Id(id);
  span.parent_span_id = Id(parent);
  span.kind = kind;
  return span;
}

TEST(SharedSpanIds, ServerBecomesChildOfClient) {
  std::vector<model::Span> spans = {
      MakeSpan(1, 0, model::SpanKind::kServer), MakeSpan(2, 1, model::SpanKind::kClient),
      MakeSpan(2, 1, model::SpanKind::kServer), MakeSpan(3, 2, model::SpanKind::kInternal)};
  SeparateSharedSpanIds(spans);
  EXPECT_EQ(spans[1].span_id, Id(2));
  EXPECT_EQ(spans[1].parent_span_id, Id(1));
  EXPECT_NE(spans[2].span_id, Id(2));
  EXPECT_EQ(spans[2].parent_span_id, Id(2));
  EXPECT_EQ(spans[3].parent_span_id, spans[2].span_id);
  const std::vector<model::Span> before = spans;
  SeparateSharedSpanIds(spans);
  for (size_t i = 0; i < spans.size(); ++i) EXPECT_EQ(spans[i].span_id, before[i].span_id);
}

TEST(SharedSpanIds, OtherTwinsStay) {
  std::vector<model::Span> spans = {MakeSpan(1, 0, model::SpanKind::kInternal),
                                    MakeSpan(1, 0, model::SpanKind::kInternal),
                                    MakeSpan(2, 1, model::SpanKind::kServer)};
  SeparateSharedSpanIds(spans);
  EXPECT_EQ(spans[0].span_id, Id(1));
  EXPECT_EQ(spans[1].span_id, Id(1));
  EXPECT_EQ(spans[2].parent_span_id, Id(1));
}

}  // namespace
}  // namespace spanhound::api
