// The numbers an HTTP server keeps about itself. Any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/metrics.h"

namespace spanhound::net {

struct HttpCounters {
  HttpCounters(Metrics& metrics, const std::string& server)
      : requests_by_class{&Requests(metrics, server, "1xx"), &Requests(metrics, server, "2xx"),
                          &Requests(metrics, server, "3xx"), &Requests(metrics, server, "4xx"),
                          &Requests(metrics, server, "5xx")},
        connections(metrics.NewCounter("spanhound_http_connections_total", "Connections accepted.",
                                       {{"server", server}})),
        refused_connections(Refused(metrics, server, "connections_max")),
        refused_heads(Refused(metrics, server, "header_bytes_max")),
        refused_bodies(Refused(metrics, server, "body_bytes_max")),
        refused_memory(Refused(metrics, server, "in_flight_bytes_max")),
        refused_unread(Refused(metrics, server, "unread_bytes_max")),
        refused_overload(Refused(metrics, server, "queue_delay_max_ms")),
        refused_hosts(Refused(metrics, server, "host")),
        refused_credentials(Refused(metrics, server, "credentials")),
        refused_handshakes(Refused(metrics, server, "tls")),
        timeouts(Refused(metrics, server, "timeout")) {}

  void CountReply(int status) {
    size_t index = status >= 100 && status < 600 ? static_cast<size_t>(status / 100 - 1) : 4;
    requests_by_class[index]->Add();
  }
  void CountRefusal(int status) {
    if (status == 401 || status == 403) refused_credentials.Add();
    if (status == 413) refused_bodies.Add();
    if (status == 421) refused_hosts.Add();
    if (status == 431) refused_heads.Add();
    if (status == 503) refused_memory.Add();
  }

  std::array<Counter*, 5> requests_by_class;
  Counter& connections;
  Counter& refused_connections;
  Counter& refused_heads;
  Counter& refused_bodies;
  Counter& refused_memory;
  Counter& refused_unread;
  Counter& refused_overload;
  Counter& refused_hosts;
  Counter& refused_credentials;
  Counter& refused_handshakes;
  Counter& timeouts;

 private:
  static Counter& Requests(Metrics& metrics, const std::string& server, const char* code) {
    return metrics.NewCounter("spanhound_http_requests_total", "HTTP requests answered.",
                              {{"server", server}, {"code", code}});
  }
  static Counter& Refused(Metrics& metrics, const std::string& server, const char* limit) {
    return metrics.NewCounter("spanhound_http_refused_total",
                              "Connections and requests refused by a limit of the server.",
                              {{"server", server}, {"limit", limit}});
  }
};

}  // namespace spanhound::net
