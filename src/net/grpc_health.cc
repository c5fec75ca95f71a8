#include "net/grpc_health.h"

#include <algorithm>

#include "base/bytes.h"
#include "net/grpc_bytes.h"

namespace spanhound::net {
namespace {

// HealthCheckResponse: field 1, the status.
constexpr std::string_view kServing("\x08\x01", 2);
constexpr std::string_view kNotServing("\x08\x02", 2);
constexpr std::string_view kServiceUnknown("\x08\x03", 2);

// HealthCheckRequest: field 1, the service.
Result<bool> IsKnown(std::string_view request, const std::vector<std::string>& services) {
  std::string_view service;
  ByteReader reader(request);
  constexpr uint64_t kServiceTag = (1 << 3) | 2;
  if (!reader.empty() && reader.ReadVarint() == kServiceTag) service = reader.ReadLengthPrefixed();
  if (!reader.ok()) return InvalidArgument("malformed HealthCheckRequest");
  return service.empty() || std::ranges::find(services, service) != services.end();
}

}  // namespace

GrpcHandler HealthCheck(std::vector<std::string> services) {
  return [services = std::move(services)](GrpcRequest request, GrpcResponder respond) {
    const Result<bool> is_known = IsKnown(request.body, services);
    if (!is_known.ok()) return respond({is_known.status()});
    if (!*is_known) return respond({NotFound("unknown service")});
    respond({Status::Ok(), std::string(kServing)});
  };
}

// One stream: its request, its state, and then silence until either side ends it. gRPC deletes it
// in OnDone, which comes only after Finish. Finish is called once, not under the lock (OnDone may
// follow at once on another thread) and not while a write is on its way.
class HealthWatch final : public grpc::ServerGenericBidiReactor {
 public:
  HealthWatch(HealthWatchers& watchers, std::vector<std::string> services)
      : watchers_(watchers), services_(std::move(services)) {
    if (watchers_.Add(this)) {
      StartRead(&request_);
    } else {
      End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server takes no more watchers"));
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no request"));
    const Result<bool> is_known = IsKnown(GatherSlices(request_), services_);
    if (!is_known.ok()) return End(ToGrpcStatus(is_known.status(), ""));
    std::lock_guard lock(mutex_);
    if (is_ended_ || is_cancelled_) return;
    state_ = ToByteBuffer(*is_known ? kServing : kServiceUnknown);
    is_writing_ = true;
    StartWrite(&state_);
  }

  void OnWriteDone(bool ok) override {
    bool ends = false;
    {
      std::lock_guard lock(mutex_);
      is_writing_ = false;
      ends = !ok || stops_ || is_cancelled_;
    }
    if (ends) End(grpc::Status::OK);
  }

  void OnCancel() override {
    {
      std::lock_guard lock(mutex_);
      is_cancelled_ = true;
      if (is_writing_) return;  // OnWriteDone ends it
    }
    End(grpc::Status::CANCELLED);
  }

  void OnDone() override {
    watchers_.Remove(this);
    delete this;
  }

  // The last word is NOT_SERVING.
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stops_ = true;
      if (is_writing_) return;  // OnWriteDone ends it
    }
    End(grpc::Status::OK);
  }

 private:
  void End(const grpc::Status& status) {
    bool tells = false;
    {
      std::lock_guard lock(mutex_);
      if (is_ended_) return;
      is_ended_ = true;
      tells = stops_ && !is_cancelled_;
      if (tells) state_ = ToByteBuffer(kNotServing);
    }
    tells ? StartWriteAndFinish(&state_, grpc::WriteOptions(), status) : Finish(status);
  }

  HealthWatchers& watchers_;
  const std::vector<std::string> services_;
  grpc::ByteBuffer request_;
  std::mutex mutex_;
  grpc::ByteBuffer state_;  // this and the rest guarded by mutex_
  bool is_writing_ = false;
  bool is_ended_ = false;
  bool is_cancelled_ = false;
  bool stops_ = false;
};

grpc::ServerGenericBidiReactor* HealthWatchers::NewWatch(std::vector<std::string> services) {
  return new HealthWatch(*this, std::move(services));
}

bool HealthWatchers::Add(HealthWatch* watch) {
  std::lock_guard lock(mutex_);
  if (is_stopping_ || watches_.size() >= kWatchersMax) return false;
  watches_.insert(watch);
  return true;
}

void HealthWatchers::Remove(HealthWatch* watch) {
  std::lock_guard lock(mutex_);
  watches_.erase(watch);
}

// Under the lock a watch that is in the set has not been deleted: OnDone removes it first.
void HealthWatchers::Stop() {
  std::lock_guard lock(mutex_);
  is_stopping_ = true;
  for (HealthWatch* watch : watches_) watch->Stop();
}

}  // namespace spanhound::net
