#include "net/grpc/grpc_health.h"

#include <algorithm>

#include "base/bytes.h"
#include "net/grpc/grpc_bytes.h"

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

// One stream: its request, its state, and then silence until either side ends it. It deletes itself
// after its last event. It is ended once, and not while a write is on its way.
class HealthWatch final {
 public:
  HealthWatch(HealthWatchers& watchers, std::unique_ptr<GrpcStream> stream)
      : watchers_(watchers), stream_(std::move(stream)) {
    stream_->set_over(&is_over_);
    watchers_.open_calls_.Add(port_);
  }

  void Begin() {
    if (watchers_.is_stopping_ || watchers_.watches_.size() >= HealthWatchers::kWatchersMax) {
      return End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server takes no more watchers"));
    }
    watchers_.watches_.insert(this);
    ++events_to_come_;
    stream_->io().Read(&request_, &has_read_);
  }

  // The last word is NOT_SERVING.
  void Stop() {
    stops_ = true;
    if (!is_writing_) End(grpc::Status::OK);
  }

 private:
  void HasRead(bool ok) {
    if (ok) {
      Tell();
    } else {
      End(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no request"));
    }
    ForgetEvent();
  }

  void Tell() {
    if (is_ended_) return;
    const Result<bool> is_known = IsKnown(GatherSlices(request_), watchers_.services_);
    if (!is_known.ok()) return End(ToGrpcStatus(is_known.status(), ""));
    is_writing_ = true;
    ++events_to_come_;
    stream_->io().Write(ToByteBuffer(*is_known ? kServing : kServiceUnknown), &has_written_);
  }

  void HasWritten(bool ok) {
    is_writing_ = false;
    if (!ok || stops_ || is_cancelled_) End(grpc::Status::OK);
    ForgetEvent();
  }

  void IsOver(bool) {
    is_cancelled_ = stream_->context().IsCancelled();
    if (!is_writing_) End(grpc::Status::CANCELLED);
    ForgetEvent();
  }

  void HasFinished(bool) { ForgetEvent(); }

  void End(const grpc::Status& status) {
    if (is_ended_) return;
    is_ended_ = true;
    if (stops_ && !is_cancelled_) {
      stream_->io().WriteAndFinish(ToByteBuffer(kNotServing), {}, status, &has_finished_);
    } else {
      stream_->io().Finish(status, &has_finished_);
    }
  }

  void ForgetEvent() {
    if (--events_to_come_ > 0) return;
    watchers_.watches_.erase(this);
    watchers_.open_calls_.Remove(port_);
    delete this;
  }

  HealthWatchers& watchers_;
  const std::unique_ptr<GrpcStream> stream_;
  // Passes nothing on: the watchers end their streams themselves.
  const std::shared_ptr<GrpcCallPort> port_ = std::make_shared<GrpcCallPort>(nullptr);
  grpc::ByteBuffer request_;
  bool is_writing_ = false;
  bool is_ended_ = false;
  bool is_cancelled_ = false;
  bool stops_ = false;
  int events_to_come_ = 2;  // it was ended, it is over
  GrpcEventOf<&HealthWatch::HasRead> has_read_{*this};
  GrpcEventOf<&HealthWatch::HasWritten> has_written_{*this};
  GrpcEventOf<&HealthWatch::HasFinished> has_finished_{*this};
  GrpcEventOf<&HealthWatch::IsOver> is_over_{*this};
};

void HealthWatchers::Begin(std::unique_ptr<GrpcStream> stream) {
  (new HealthWatch(*this, std::move(stream)))->Begin();
}

void HealthWatchers::Stop() {
  is_stopping_ = true;
  for (HealthWatch* watch : watches_) watch->Stop();
}

}  // namespace spanhound::net
