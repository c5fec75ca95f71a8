// Requests to one URL by libcurl, which can be interrupted at any time. Below the transports.
//
// Threads: one at a time. What the peer sends is hostile: body and headers are capped.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stop_signal.h"
#include "transport.h"

namespace spanhound::sdk {

class CurlClient {
 public:
  struct Request {
    std::string url;
    std::vector<std::string> headers = {};  // "Name: value"
    bool http2 = false;                     // and nothing else, also without TLS
    bool get = false;                       // instead of POST
  };
  struct Response {
    long status = 0;                             // 0: none came
    std::string error;                           // then: why
    bool hopeless = false;                       // then: another attempt would fail just so
    std::string body;                            // at most kReplyBytesMax
    std::map<std::string, std::string> headers;  // and trailers; names in lower case
    std::size_t head_bytes = 0;                  // of them all, as sent
    std::chrono::milliseconds retry_after{0};
  };

  CurlClient(const Endpoint& endpoint, const Request& request);

  Response Send(std::string_view body, StopSignal::Clock::time_point deadline,
                const StopSignal& stop);

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static curl_socket_t OpenSocket(void* client, curlsocktype, curl_sockaddr* address);

  void SetText(CURLoption option, const std::string& text);
  void Configure(const Endpoint& endpoint, const Request& request);
  CURLcode Transfer(StopSignal::Clock::time_point deadline, const StopSignal& stop);
  CURLcode TransferOnKept(StopSignal::Clock::time_point deadline, const StopSignal& stop);
  CURLcode Run(StopSignal::Clock::time_point deadline, const StopSignal& stop);

  const bool get_;
  const bool plain_http2_;
  bool may_open_ = true;      // a new connection
  bool wanted_open_ = false;  // when it might not
  bool trusts_kept_ = false;  // the connection of the request before
  Response response_;
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  // In this order: a multi handle must not be gone before its easy handles.
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
};

}  // namespace spanhound::sdk
