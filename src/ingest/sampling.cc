#include "ingest/sampling.h"

#include <chrono>

#include "base/log.h"
#include "base/named_file.h"

namespace spanhound::ingest {
namespace {

using wire::SamplingTypeForm;

constexpr char kTextType[] = "text/plain; charset=utf-8";
constexpr int64_t kNanosPerSecond = 1'000'000'000;

net::HttpHandler StrategyHandler(Sampling& sampling, SamplingTypeForm form) {
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
    const Result<std::string> tenant = model::TenantOf(sampling.tenancy(), request.headers);
    if (!tenant.ok()) return respond({400, kTextType, tenant.status().message() + "\n"});
    respond({200, "application/json",
             wire::EncodeSamplingJson(sampling.StrategyOf(*tenant, *service), form)});
  };
}

// Jaeger has the path and never had an answer.
void NoBaggageRestrictions(net::HttpRequest, net::HttpResponder respond) {
  respond({500, kTextType, "baggage restrictions are not implemented\n"});
}

}  // namespace

Sampling::Sampling(SamplingOptions options, store::ScanSource& source, const Clock& clock,
                   Metrics& metrics)
    : options_(std::move(options)),
      source_(source),
      clock_(clock),
      failures_(metrics.NewCounter("spanhound_sampling_renew_failures_total",
                                   "Times the strategies could not be read or worked out.")),
      left_out_(metrics.NewCounter("spanhound_sampling_roots_left_out_total",
                                   "Root spans of more operations than adaptive sampling knows.")),
      tenants_left_out_(
          metrics.NewCounter("spanhound_sampling_tenants_left_out_total",
                             "Questions of more tenants than adaptive sampling knows.")),
      initial_(std::make_shared<wire::SamplingStrategies>(InitialStrategies(options_.adaptive))),
      strategies_(std::make_shared<wire::SamplingStrategies>()) {}

Result<std::unique_ptr<Sampling>> Sampling::Start(SamplingOptions options,
                                                  store::ScanSource& source, const Clock& clock,
                                                  Metrics& metrics) {
  if (options.is_adaptive && !options.strategies_file.empty()) {
    return InvalidArgument("sampling is adaptive or by a file, not both");
  }
  std::unique_ptr<Sampling> sampling(new Sampling(std::move(options), source, clock, metrics));
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
  changed_.notify_all();
  if (renewer_.joinable()) renewer_.join();
}

wire::SamplingStrategy Sampling::StrategyOf(const std::string& tenant, const std::string& service) {
  return StrategiesOf(tenant)->Of(service);
}

Sampling::StrategiesPtr Sampling::StrategiesOf(const std::string& tenant) {
  std::lock_guard lock(mutex_);
  if (!options_.is_adaptive || tenant == model::kDefaultTenant) return strategies_;
  auto found = tenants_.find(tenant);
  if (found == tenants_.end()) {
    if (tenants_.size() >= kAdaptiveTenantsMax) {
      tenants_left_out_.Add();
      return initial_;
    }
    found = tenants_.try_emplace(tenant, TenantStrategies{initial_}).first;
    has_new_tenant_ = true;
    changed_.notify_all();
  }
  found->second.asked_nanos = clock_.MonotonicNanos();
  return found->second.strategies;
}

Result<wire::SamplingStrategies> Sampling::WorkOut(std::string_view tenant) {
  return AdaptiveStrategies(source_, tenant, static_cast<uint64_t>(clock_.NowUnixNanos()),
                            options_.adaptive, left_out_);
}

Result<wire::SamplingStrategies> Sampling::ReadStrategies() {
  if (options_.is_adaptive) return WorkOut(model::kDefaultTenant);
  if (options_.strategies_file.empty()) return wire::SamplingStrategies();
  ASSIGN_OR_RETURN(NamedFile file,
                   ReadNamedFile(options_.strategies_file, kStrategiesFileBytesMax));
  auto strategies = wire::ParseSamplingStrategies(std::move(file.bytes));
  if (!strategies.ok()) return strategies.status().WithContext(options_.strategies_file);
  return strategies;
}

Status Sampling::CountFailure(Status status) {
  failures_.Add();
  return status;
}

Status Sampling::Renew() {
  auto strategies = ReadStrategies();
  if (!strategies.ok()) return CountFailure(strategies.status());
  for (const std::string& warning : strategies->warnings) {
    Log(LogLevel::kWarning, "sampling strategies: " + warning);
  }
  auto shared = std::make_shared<const wire::SamplingStrategies>(std::move(*strategies));
  {
    std::lock_guard lock(mutex_);
    strategies_ = std::move(shared);
  }
  return RenewTenants(Which::kAll);
}

// Forgets those that ask no more.
std::vector<std::string> Sampling::TenantsToRenew(Which which) {
  std::lock_guard lock(mutex_);
  has_new_tenant_ = false;
  const int64_t asked_since = clock_.MonotonicNanos() - kAdaptiveTenantSecondsMax * kNanosPerSecond;
  erase_if(tenants_, [&](const auto& entry) { return entry.second.asked_nanos < asked_since; });
  std::vector<std::string> names;
  for (const auto& [name, tenant] : tenants_) {
    if (which == Which::kAll || tenant.is_new) names.push_back(name);
  }
  return names;
}

Status Sampling::RenewTenants(Which which) {
  Status failure;
  for (const std::string& name : TenantsToRenew(which)) {
    auto strategies = WorkOut(name);
    if (!strategies.ok()) {
      failure = CountFailure(strategies.status());
      continue;
    }
    auto shared = std::make_shared<const wire::SamplingStrategies>(std::move(*strategies));
    std::lock_guard lock(mutex_);
    TenantStrategies& tenant = tenants_[name];
    tenant.strategies = std::move(shared);
    tenant.is_new = false;
  }
  return failure;
}

void Sampling::RenewRegularly(uint32_t interval_s) {
  using std::chrono::steady_clock;
  const auto interval = std::chrono::seconds(interval_s);
  auto due = steady_clock::now() + interval;  // new tenants do not put it off
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_until(lock, due, [this] { return is_stopping_ || has_new_tenant_; });
    if (is_stopping_) return;
    lock.unlock();
    const bool is_due = steady_clock::now() >= due;
    if (is_due) due = steady_clock::now() + interval;
    const Status status = is_due ? Renew() : RenewTenants(Which::kNew);
    if (!status.ok()) {
      Log(LogLevel::kWarning, "sampling strategies stay as they were: " + status.ToString());
    }
    lock.lock();
  }
}

void AddAgentSamplingRoutes(net::HttpRouter& router, Sampling& sampling) {
  router.Add("GET", "/sampling", StrategyHandler(sampling, SamplingTypeForm::kName));
  router.Add("GET", "/", StrategyHandler(sampling, SamplingTypeForm::kNumber));
  router.Add("GET", "/baggageRestrictions", NoBaggageRestrictions);
}

void AddCollectorSamplingRoutes(net::HttpRouter& router, Sampling& sampling) {
  router.Add("GET", "/api/sampling", StrategyHandler(sampling, SamplingTypeForm::kName));
  router.Add("GET", "/api/baggageRestrictions", NoBaggageRestrictions);
}

std::pair<std::string, net::GrpcHandler> SamplingGrpcMethod(Sampling& sampling) {
  return {
      std::string(kGetSamplingStrategy),
      [&sampling](net::GrpcRequest request, net::GrpcResponder respond) {
        const auto service = wire::DecodeSamplingRequest(request.body);
        if (!service.ok()) return respond({service.status()});
        const auto tenant = model::TenantOf(sampling.tenancy(), request.metadata);
        if (!tenant.ok()) return respond({tenant.status()});
        respond({Status::Ok(), wire::EncodeSamplingProto(sampling.StrategyOf(*tenant, *service))});
      }};
}

}  // namespace spanhound::ingest
