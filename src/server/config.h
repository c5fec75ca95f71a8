// What `spanhound serve` can be told. Plain values; the defaults are Jaeger all-in-one's ports on
// loopback. settings.h gives each a name, config_sources.h fills them from where users say so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/request_limits.h"
#include "ingest/sampling.h"
#include "model/tenancy.h"
#include "net/http/http_limits.h"
#include "net/tls_files.h"
#include "server/listen_port.h"
#include "store/store.h"

namespace spanhound::server {

struct Config {
  std::string data_directory;
  std::string listen_address = "127.0.0.1";  // of every port that names none itself
  ListenPort otlp_grpc_port = 4317;
  ListenPort otlp_http_port = 4318;
  ListenPort jaeger_http_port = 14268;
  ListenPort jaeger_grpc_port = 14250;
  ListenPort jaeger_compact_port = 6831;  // these three are UDP
  ListenPort jaeger_binary_port = 6832;
  ListenPort zipkin_compact_port = 5775;
  ListenPort sampling_port = 5778;
  ListenPort zipkin_port = 9411;  // on by default, as in Jaeger 2; Jaeger 1 waits to be asked
  ListenPort elasticsearch_port = ClosedPort();  // 9200 is often taken, and few need it
  ListenPort fluent_port = ClosedPort();         // 24224 where one has none
  std::string fluent_shared_key_file;            // empty: everybody who reaches the port may send
  std::string fluent_users_file;                 // lines NAME:PASSWORD; needs a shared key
  ListenPort admin_port = 14269;
  ListenPort health_port = 13133;
  ListenPort query_port = 16686;
  ListenPort query_grpc_port = 16685;
  std::string base_path;  // base_path.h; of the query port
  // With kByHeader requests name their tenant; its data is kept apart from every other's.
  model::Tenancy tenancy = model::Tenancy::kOff;
  net::TlsFiles tls;             // of every listener
  std::string credentials_file;  // credentials.h; empty: everybody may do everything
  uint32_t reload_seconds = 10;  // how often the files of both are looked at
  // Names the Host header may carry besides IP literals and localhost (DNS rebinding).
  std::vector<std::string> allowed_hosts;
  RequestLimits request_limits;  // of every request at every door
  net::HttpLimits limits;
  // For running requests; service managers kill after 10 s (Docker) to 30 s (Kubernetes).
  uint32_t stop_deadline_ms = 3'000;
  ingest::SamplingOptions sampling;  // what Jaeger's clients are told to sample
  LogLevel log_level = LogLevel::kInfo;
  store::StoreOptions store;  // directory is filled from data_directory
};

}  // namespace spanhound::server
