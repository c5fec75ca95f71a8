// For tests of the doors: bodies of requests, and a router asked as the server asks it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "net/http/http_router.h"
#include "wire/otlp/otlp.h"

namespace spanhound::ingest {

// A request with `good` spans and `bad` ones, whose trace id is zero.
inline std::string TracesBody(size_t good, size_t bad = 0) {
  model::SpanBatch batch;
  batch.resources.emplace_back();
  batch.scopes.emplace_back();
  for (size_t i = 0; i < good + bad; ++i) {
    model::Span& span = batch.spans.emplace_back();
    if (i < good) span.trace_id.bytes[0] = 1;
    span.span_id.bytes[0] = static_cast<uint8_t>(i + 1);
  }
  return wire::EncodeOtlpTraces(batch);
}

inline std::string LogsBody(size_t count) {
  model::LogBatch batch;
  batch.resources.emplace_back();
  batch.scopes.emplace_back();
  batch.records.resize(count);
  return wire::EncodeOtlpLogs(batch);
}

// What the router answers, or nothing if it has not answered yet.
inline std::shared_ptr<std::optional<net::HttpResponse>> Send(const net::HttpRouter& router,
                                                              net::HttpRequest request) {
  auto answer = std::make_shared<std::optional<net::HttpResponse>>();
  router.Handle(std::move(request), [answer](net::HttpResponse response) {
    EXPECT_FALSE(answer->has_value()) << "answered twice";
    *answer = std::move(response);
  });
  return answer;
}

inline net::HttpResponse Post(const net::HttpRouter& router, std::string path,
                              std::string content_type, std::string body,
                              std::vector<std::pair<std::string, std::string>> headers = {}) {
  net::HttpRequest request;
  request.method = "POST";
  request.path = std::move(path);
  request.headers = std::move(headers);
  if (!content_type.empty()) request.headers.emplace_back("content-type", std::move(content_type));
  request.body = std::move(body);
  return Send(router, std::move(request))->value();
}

inline std::string HeaderOf(const net::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

// The value of a series in the text operators scrape; -1 if there is none.
inline int64_t MetricValue(const Metrics& metrics, const std::string& series) {
  const std::string text = metrics.PrometheusText();
  const size_t at = text.find("\n" + series + " ");
  return at == text.npos ? -1 : std::stoll(text.substr(at + series.size() + 2));
}

}  // namespace spanhound::ingest
