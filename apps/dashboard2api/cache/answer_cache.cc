#include "dashboard2api/cache/answer_cache.h"

#include <opentelemetry/trace/context.h>

#include <utility>

#include "dashboard2api.pb.h"
#include "service/unix_time.h"

namespace dashboard2api::cache {
namespace {

namespace sdk = spanhound::sdk;
using service::Done;
using service::Result;
using WeiYun::Dashboard2api::CacheEntry;

constexpr char kTraceparent[] = "traceparent";

sdk::SpanContext WriterOf(const CacheEntry& entry) {
  const sdk::Context context = sdk::Extract({{kTraceparent, entry.traceparent()}}, sdk::Context());
  return opentelemetry::trace::GetSpan(context)->GetContext();
}

}  // namespace

Result<AnswerCache::Found> AnswerCache::Get(const std::vector<std::string>& kinds) {
  std::vector<std::string> keys;
  for (const std::string& kind : kinds) keys.push_back(KeyOf(kind));
  sdk::Span span("cache read");
  const Result<RedisClient::Values> values = redis_.Get(keys);
  if (!values.ok()) {
    span.Fail(values.error().message, "redis");
    return values.error();
  }
  const std::int64_t now_ms = service::UnixMs();
  const std::int64_t fresh_ms = std::chrono::milliseconds(options_.fresh_for).count();
  Found found(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CacheEntry entry;
    const std::optional<std::string>& value = values.value()[i];
    if (!value.has_value() || !entry.ParseFromString(*value)) continue;
    const std::int64_t written_ms = entry.written_ms();
    // A clock that was put back makes no entry fresh for ever.
    const bool fresh = written_ms <= now_ms && now_ms - written_ms < fresh_ms;
    found[i] = Cached{std::move(*entry.mutable_payload()), written_ms, fresh, WriterOf(entry)};
  }
  return found;
}

Result<Done> AnswerCache::Put(const std::vector<CacheItem>& items) {
  sdk::Span span("cache write");
  sdk::Carrier carrier;
  sdk::Inject(carrier);
  std::vector<RedisValue> values;
  for (const CacheItem& item : items) {
    CacheEntry entry;
    entry.set_written_ms(service::UnixMs());
    entry.set_traceparent(carrier[kTraceparent]);
    entry.set_payload(item.payload);
    std::string bytes = entry.SerializeAsString();
    if (bytes.size() > kValueBytesMax) continue;
    values.push_back({KeyOf(item.kind), std::move(bytes), kTimeToLive});
  }
  Result<Done> done = redis_.Set(values);
  if (!done.ok()) span.Fail(done.error().message, "redis");
  return done;
}

std::string AnswerCache::KeyOf(const std::string& kind) const {
  return "dashboard2api:" + options_.cluster + ":1:" + kind;
}

}  // namespace dashboard2api::cache
