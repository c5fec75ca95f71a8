#include "dashboard2api/kube/reflector.h"

#include <iterator>
#include <utility>
#include <vector>

#include "dashboard2api/kube/line_splitter.h"
#include "service/unix_time.h"
#include "spanhound/log.h"

namespace dashboard2api::kube {
namespace {

namespace sdk = spanhound::sdk;
using service::Done;
using service::Error;
using service::ErrorCode;
using service::Result;
using Seconds = std::chrono::seconds;

constexpr auto kListTimeout = Seconds(30);  // a page
constexpr int kPagesMax = 100'000;          // an API server that never stops continuing
// The server ends a watch after a time of our choice, different for each so that not all end at
// once. Watches that live shorter than kShortWatch and bring nothing count as failures.
constexpr int kWatchSecondsMin = 300;
constexpr int kWatchSecondsMax = 600;
constexpr auto kWatchGrace = Seconds(30);
constexpr auto kShortWatch = Seconds(5);
// A server that was restored from a backup does not know our version yet, and says so for ever; who
// may list but not watch is told so for ever, too.
constexpr int kUnopenedWatchesMax = 3;

const sdk::AttributeKey<std::string> kResource("k8s.resource");
const sdk::AttributeKey<std::string> kVersion("k8s.resource_version");
const sdk::AttributeKey<std::int64_t> kObjects("k8s.objects");
const sdk::AttributeKey<std::int64_t> kEvents("k8s.events");

sdk::SpanOptions RootLinkedTo(const sdk::SpanContext& origin) {
  sdk::SpanOptions options{.root = true};
  if (origin.IsValid()) options.links = {origin};
  return options;
}

// An answer that the same question gets again.
bool IsRefusal(ErrorCode code) {
  return code == ErrorCode::kRefused || code == ErrorCode::kUnauthorized ||
         code == ErrorCode::kForbidden;
}

}  // namespace

Reflector::Reflector(Resource resource, const ApiAccess& access, ReflectorOptions options,
                     ObjectStore& store)
    : resource_(resource),
      options_(options),
      store_(store),
      connection_(access),
      back_off_(options.retry_first, options.retry_longest, options.seed),
      random_(options.seed),
      origin_(sdk::SpanContext::GetInvalid()) {}

void Reflector::Run() {
  while (!stopped()) {
    if (version_.empty() && !List()) continue;
    if (!stopped()) Watch();
  }
}

void Reflector::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_signal_.notify_all();
  connection_.Stop();
}

bool Reflector::List() {
  sdk::Span span("informer list " + std::string(NameOf(resource_)), {kResource(NameOf(resource_))},
                 RootLinkedTo(origin_));
  std::vector<Object> objects;
  Result<ListPage> last = ListPages(&objects);
  if (stopped()) return false;
  const auto count = static_cast<std::int64_t>(objects.size());
  if (last.ok() && !store_.Replace(std::move(objects), last.value().resource_version)) {
    last = Error{ErrorCode::kRefused, "more than " + std::to_string(kObjectsMax) + " objects"};
  }
  if (!last.ok()) {
    Failed("list", last.error());
    span.End();  // the wait is no part of it
    Wait(back_off_.Next(std::chrono::milliseconds(last.error().retry_after_ms)));
    return false;
  }
  version_ = last.value().resource_version;
  unopened_watches_ = 0;
  origin_ = span.context();
  span.Set({kObjects(count), kVersion(version_)});
  SPANHOUND_INFO("informer: listed {} {} at version {}", count, NameOf(resource_), version_);
  return true;
}

// The last page, with all pages' objects in `objects`.
Result<ListPage> Reflector::ListPages(std::vector<Object>* objects) {
  std::string continue_token;
  bool restarted = false;
  for (int page_number = 0; page_number < kPagesMax; ++page_number) {
    Result<ListPage> page = GetPage(continue_token);
    if (!page.ok()) {
      if (page.error().code != ErrorCode::kExpired || continue_token.empty() || restarted) {
        return page;
      }
      restarted = true;  // the token expired between two pages: the list starts again
      objects->clear();
      continue_token.clear();
      continue;
    }
    std::vector<Object>& items = page.value().items;
    std::move(items.begin(), items.end(), std::back_inserter(*objects));
    continue_token = page.value().continue_token;
    if (continue_token.empty() || objects->size() > kObjectsMax) return page;
  }
  return Error{ErrorCode::kRefused, "the list does not end"};
}

Result<ListPage> Reflector::GetPage(const std::string& continue_token) {
  const std::string path(PathOf(resource_));
  std::string target = path + "?limit=" + std::to_string(options_.page_size);
  if (!continue_token.empty()) target += "&continue=" + PercentEncode(continue_token);
  Result<std::string> body = connection_.Get({target, path, kListTimeout});
  if (!body.ok()) return body.error();
  return ParseListPage(resource_, body.value());
}

void Reflector::Watch() {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  sdk::Span span("informer watch " + std::string(NameOf(resource_)),
                 {kResource(NameOf(resource_)), kVersion(version_)}, RootLinkedTo(origin_));
  std::int64_t events = 0;
  const Result<Done> end = StreamEvents(&events);
  span.Set(kEvents(events));
  if (stopped()) return;
  origin_ = span.context();
  if (events > 0 || Clock::now() - start > kShortWatch) back_off_.Reset();
  if (!end.ok()) {
    if (MustList(end.error().code)) version_.clear();
    if (end.error().code == ErrorCode::kExpired) {
      span.AddEvent("version expired", {{"exception.message", end.error().message}});
      SPANHOUND_INFO("informer: version of {} has expired, lists again", NameOf(resource_));
    } else {
      Failed("watch", end.error());
    }
  }
  span.End();
  const bool refused = !end.ok() && IsRefusal(end.error().code);
  if (events > 0 && !refused) return;
  Wait(back_off_.Next(std::chrono::milliseconds(end.ok() ? 0 : end.error().retry_after_ms)));
}

// What the server no longer has is listed again; so is what could not be understood. A server that
// was away, or that wants the next token, knows our version still: many that listed everything
// would bring it down again.
bool Reflector::MustList(ErrorCode code) {
  if (code == ErrorCode::kUnreachable || code == ErrorCode::kUnauthorized) return false;
  if (code != ErrorCode::kUnavailable && code != ErrorCode::kForbidden) return true;
  return ++unopened_watches_ >= kUnopenedWatchesMax;
}

Result<Done> Reflector::StreamEvents(std::int64_t* events) {
  std::uniform_int_distribution<int> seconds(kWatchSecondsMin, kWatchSecondsMax);
  const Seconds duration(seconds(random_));
  const std::string path(PathOf(resource_));
  const std::string target =
      path + "?watch=1&allowWatchBookmarks=true&resourceVersion=" + PercentEncode(version_) +
      "&timeoutSeconds=" + std::to_string(duration.count());
  LineSplitter lines;
  Error error{ErrorCode::kRefused, "sent an event that is too long"};
  bool understood = true;
  Result<Done> end = connection_.Stream(
      {target, path, duration + kWatchGrace}, [this] { Opened(); },
      [&](std::string_view bytes) {
        understood = lines.Add(bytes, [&](std::string_view line) {
          if (!TakeEvent(line, &error)) return false;
          ++*events;
          return true;
        });
        return understood;
      });
  if (!understood) return error;
  return end;
}

bool Reflector::TakeEvent(std::string_view line, Error* error) {
  Result<WatchEvent> event = ParseWatchEvent(resource_, line);
  if (!event.ok()) {
    *error = event.error();
    return false;
  }
  std::string version = event.value().object.resource_version;
  if (!store_.Apply(std::move(event.value()))) {
    *error = {ErrorCode::kRefused, "more than " + std::to_string(kObjectsMax) + " objects"};
    return false;
  }
  version_ = std::move(version);
  return true;
}

void Reflector::Opened() {
  store_.ClearProblem();
  if (failing_) SPANHOUND_INFO("informer: watches {} again", NameOf(resource_));
  failing_ = false;
  unopened_watches_ = 0;
}

// One line per failure; the back-off keeps them few.
void Reflector::Failed(std::string_view what, const Error& error) {
  const std::string message =
      std::string(what) + " of " + std::string(NameOf(resource_)) + " failed: " + error.message;
  sdk::CurrentSpan().Fail(message, "kubernetes");
  SPANHOUND_ERROR("informer: {}", message);
  store_.SetProblem(message, service::UnixMs());
  failing_ = true;
}

void Reflector::Wait(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  stop_signal_.wait_for(lock, duration, [this] { return stopped_; });
}

bool Reflector::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

}  // namespace dashboard2api::kube
