#include "dashboard2api/cron.h"

#include <utility>

#include "spanhound/trace.h"

namespace dashboard2api {

namespace sdk = spanhound::sdk;

Cron::Cron(std::string name, std::chrono::milliseconds period, std::function<void()> job)
    : name_(std::move(name)), period_(period), job_(std::move(job)), thread_([this] { Run(); }) {}

Cron::~Cron() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_signal_.notify_all();
  thread_.join();
}

void Cron::Run() {
  sdk::SpanContext previous = sdk::SpanContext::GetInvalid();
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    {
      sdk::SpanOptions options{.root = true};
      if (previous.IsValid()) options.links = {previous};
      const sdk::Span span("cron " + name_, {}, options);
      job_();
      previous = span.context();
    }
    lock.lock();
    stop_signal_.wait_until(lock, start + period_, [this] { return stopped_; });
  }
}

}  // namespace dashboard2api
