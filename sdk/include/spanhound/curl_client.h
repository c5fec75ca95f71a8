// Client spans for libcurl, around one transfer of an easy handle you set up as ever:
//
//   CURL* easy = curl_easy_init();
//   curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ...);
//   CURLcode result = TracedPerform(easy, {.url = "http://api.example/pods", .headers = mine});
//
// With the multi interface, or to add something to the span, keep it yourself:
//
//   CurlSpan span(easy, {.url = url, .headers = mine, .url_template = "/pods/{name}"});
//   ... curl_multi_add_handle, until CURLMSG_DONE ...
//   span.End(message->data.result);
//
// libcurl cannot be asked for what it was given, so URL, headers and method are handed over here.
// URL and headers are written into the handle, the headers with the span's trace context instead of
// any other; when the span ends the handle has your list again. What the span looks like is told in
// http_span.h; user and password of a URL are not recorded.
//
// Threads: as the handle, one at a time. Failure: none of its own. A transfer that fails ends the
// span as an error named by the step: "resolve", "connect", "tls", "timeout", ...; after a status
// line came, the status is recorded as well.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "spanhound/http_span.h"

namespace spanhound::sdk {

struct CurlRequest {
  std::string url = {};
  const curl_slist* headers = nullptr;  // CURLOPT_HTTPHEADER; must live until the span ended
  std::string method = "GET";           // recorded only: what CURLOPT_POST and the like make it
  std::string url_template = {};        // e.g. "/api/v1/pods/{name}": part of the span name
};

class CurlSpan {
 public:
  CurlSpan(CURL* easy, const CurlRequest& request);
  ~CurlSpan();  // ends as failed if no End came before
  CurlSpan(const CurlSpan&) = delete;
  CurlSpan& operator=(const CurlSpan&) = delete;

  // Current while callbacks of the transfer run, if you make it so (RunInContext).
  const Context& context() const { return span_->context(); }
  const opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>& span() const {
    return span_->span();
  }

  // With the transfer done and the handle not yet reset. Once; later calls do nothing.
  void End(CURLcode result);

 private:
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void GiveBackHeaders();

  CURL* easy_;
  const curl_slist* theirs_;
  std::unique_ptr<curl_slist, FreeList> sent_;
  std::optional<HttpClientSpan> span_;
};

// curl_easy_perform in a span, which is current while the callbacks run.
CURLcode TracedPerform(CURL* easy, const CurlRequest& request);

}  // namespace spanhound::sdk
