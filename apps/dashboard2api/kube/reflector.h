// Keeps one resource: lists it page by page, then watches from the list's version, for ever. A
// watch that ends goes on where it was; when the server no longer has that version (410), or it
// opens no watch some times, the list starts again. After a failure it waits, longer each
// time, or as long as the server asks.
//
// Spans: a list and a watch connection are a trace of their own each (events are not), a watch
// linked to what it goes on from. Log: what fails, and that it works again.
//
// Threads: Run on one; Stop from any. The store must outlive it. Failure: told in the store.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "dashboard2api/kube/api_connection.h"
#include "dashboard2api/kube/back_off.h"
#include "dashboard2api/kube/object.h"
#include "dashboard2api/kube/object_store.h"
#include "spanhound/trace.h"

namespace dashboard2api::kube {

struct ReflectorOptions {
  int page_size = 500;                              // what kubectl asks for
  std::chrono::milliseconds retry_first{800};       // as client-go does
  std::chrono::milliseconds retry_longest{10'000};  // a dashboard is looked at while things heal
  std::uint64_t seed = 0;                           // of the jitter
};

class Reflector {
 public:
  Reflector(Resource resource, const ApiAccess& access, ReflectorOptions options,
            ObjectStore& store);

  void Run();  // returns after Stop
  void Stop();

 private:
  bool List();
  service::Result<ListPage> ListPages(std::vector<Object>* objects);
  service::Result<ListPage> GetPage(const std::string& continue_token);
  void Watch();
  bool MustList(service::ErrorCode code);
  service::Result<service::Done> StreamEvents(std::int64_t* events);
  bool TakeEvent(std::string_view line, service::Error* error);
  void Opened();
  void Failed(std::string_view what, const service::Error& error);
  void Wait(std::chrono::milliseconds duration);
  bool stopped() const;

  const Resource resource_;
  const ReflectorOptions options_;
  ObjectStore& store_;
  ApiConnection connection_;
  BackOff back_off_;
  std::mt19937_64 random_;
  std::string version_;                 // to watch from; empty: a list is needed
  spanhound::sdk::SpanContext origin_;  // of the span that version_ comes from
  bool failing_ = false;                // the log has said so
  int unopened_watches_ = 0;            // that the server could not open, in a row

  mutable std::mutex mutex_;  // guards stopped_
  std::condition_variable stop_signal_;
  bool stopped_ = false;
};

}  // namespace dashboard2api::kube
