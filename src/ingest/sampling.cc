#include "ingest/sampling.h"

#include <chrono>

#include "base/log.h"

namespace spanhound::ingest {
namespace {

using wire::SamplingTypeForm;

constexpr char kTextType[] = "text/plain; charset=utf-8";
constexpr char kGetSamplingStrategy[] = "/jaeger.api_v2.SamplingManager/GetSamplingStrategy";

net::HttpHandler StrategyHandler(const Sampling& sampling, SamplingTypeForm form) {
  return [&sampling, form](net::HttpRequest request, net::HttpResponder respond) {
    const std::string* service = nullptr;
    size_t count = 0;
    for (const auto& [name, value] : request.query) {
      if (name != "service") continue;
      service = &value;
      ++count;
    }
    if (count != 1) {
      return respond({400, kTextType, "'service' parameter must be provided once\n"});
    }
    respond(
        {200, "application/json", wire::EncodeSamplingJson(sampling.StrategyOf(*service), form)});
  };
}

// Jaeger has the path and never had an answer.
void NoBaggageRestrictions(net::HttpRequest, net::HttpResponder respond) {
  respond({500, kTextType, "baggage restrictions are not implemented\n"});
}

}  // namespace

Sampling::Sampling(SamplingOptions options, FileSystem& files, store::ScanSource& source,
                   const Clock& clock, Metrics& metrics)
    : options_(std::move(options)),
      files_(files),
      source_(source),
      clock_(clock),
      failures_(metrics.NewCounter("spanhound_sampling_renew_failures_total",
                                   "Times the strategies could not be read or worked out.")),
      left_out_(metrics.NewCounter("spanhound_sampling_roots_left_out_total",
                                   "Root spans of more operations than adaptive sampling knows.")),
      strategies_(std::make_shared<wire::SamplingStrategies>()) {}

Result<std::unique_ptr<Sampling>> Sampling::Start(SamplingOptions options, FileSystem& files,
                                                  store::ScanSource& source, const Clock& clock,
                                                  Metrics& metrics) {
  if (options.is_adaptive && !options.strategies_file.empty()) {
    return InvalidArgument("sampling is adaptive or by a file, not both");
  }
  std::unique_ptr<Sampling> sampling(
      new Sampling(std::move(options), files, source, clock, metrics));
  RETURN_IF_ERROR(sampling->Renew());
  const SamplingOptions& kept = sampling->options_;
  const uint32_t interval_s = kept.is_adaptive ? kept.adaptive_interval_s : kept.reload_interval_s;
  const bool is_renewed = kept.is_adaptive || !kept.strategies_file.empty();
  if (is_renewed && interval_s > 0) {
    Sampling* self = sampling.get();
    self->renewer_ = std::thread([self, interval_s] { self->RenewRegularly(interval_s); });
  }
  return sampling;
}

Sampling::~Sampling() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_all();
  if (renewer_.joinable()) renewer_.join();
}

wire::SamplingStrategy Sampling::StrategyOf(const std::string& service) const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<const wire::SamplingStrategies> strategies = strategies_;
  lock.unlock();
  return strategies->Of(service);
}

Result<wire::SamplingStrategies> Sampling::ReadStrategies() {
  if (options_.is_adaptive) {
    return AdaptiveStrategies(source_, static_cast<uint64_t>(clock_.NowUnixNanos()),
                              options_.adaptive, left_out_);
  }
  if (options_.strategies_file.empty()) return wire::SamplingStrategies();
  ASSIGN_OR_RETURN(std::string json, ReadWholeFile(files_, options_.strategies_file));
  auto strategies = wire::ParseSamplingStrategies(std::move(json));
  if (!strategies.ok()) return strategies.status().WithContext(options_.strategies_file);
  return strategies;
}

Status Sampling::Renew() {
  auto strategies = ReadStrategies();
  if (!strategies.ok()) {
    failures_.Add();
    return strategies.status();
  }
  for (const std::string& warning : strategies->warnings) {
    Log(LogLevel::kWarning, "sampling strategies: " + warning);
  }
  auto shared = std::make_shared<const wire::SamplingStrategies>(std::move(*strategies));
  std::lock_guard lock(mutex_);
  strategies_ = std::move(shared);
  return Status::Ok();
}

void Sampling::RenewRegularly(uint32_t interval_s) {
  std::unique_lock lock(mutex_);
  while (
      !stopped_.wait_for(lock, std::chrono::seconds(interval_s), [this] { return is_stopping_; })) {
    lock.unlock();
    if (Status status = Renew(); !status.ok()) {
      Log(LogLevel::kWarning, "sampling strategies stay as they were: " + status.ToString());
    }
    lock.lock();
  }
}

void AddAgentSamplingRoutes(net::HttpRouter& router, const Sampling& sampling) {
  router.Add("GET", "/sampling", StrategyHandler(sampling, SamplingTypeForm::kName));
  router.Add("GET", "/", StrategyHandler(sampling, SamplingTypeForm::kNumber));
  router.Add("GET", "/baggageRestrictions", NoBaggageRestrictions);
}

void AddCollectorSamplingRoutes(net::HttpRouter& router, const Sampling& sampling) {
  router.Add("GET", "/api/sampling", StrategyHandler(sampling, SamplingTypeForm::kName));
  router.Add("GET", "/api/baggageRestrictions", NoBaggageRestrictions);
}

std::pair<std::string, net::GrpcHandler> SamplingGrpcMethod(const Sampling& sampling) {
  return {kGetSamplingStrategy, [&sampling](net::GrpcRequest request, net::GrpcResponder respond) {
            const auto service = wire::DecodeSamplingRequest(request.body);
            if (!service.ok()) return respond({service.status()});
            respond({Status::Ok(), wire::EncodeSamplingProto(sampling.StrategyOf(*service))});
          }};
}

}  // namespace spanhound::ingest
