#include "jaeger_propagator.h"

#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/baggage/baggage_context.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "baggage_propagator.h"
#include "environment.h"
#include "hex_text.h"
#include "remote_parent.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace propagation = opentelemetry::context::propagation;
namespace trace = opentelemetry::trace;
using Members = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint8_t kSampled = 1, kDebug = 2;
constexpr std::string_view kBaggagePrefix = "uberctx-";

// {trace id}:{span id}:{parent's id, unused}:{flags}
Context ReadIdentity(const Context& context, const std::string& header) {
  std::array<std::string_view, 4> fields;
  std::string_view rest = header;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t colon = rest.find(':');
    if ((colon == std::string_view::npos) != (i + 1 == fields.size())) return context;
    fields[i] = rest.substr(0, colon);
    rest.remove_prefix(std::min(fields[i].size() + 1, rest.size()));
  }
  std::array<std::uint8_t, 1> flags{};
  if (!ReadHex(fields[3], flags)) return context;
  const bool debug = (flags[0] & kDebug) != 0;
  const trace::SpanContext parent =
      ReadSpanContext(fields[0], fields[1], debug || (flags[0] & kSampled) != 0);
  if (!parent.IsValid()) return context;
  return WithRemoteParent(context, parent, debug ? SamplingWish::kDebug : SamplingWish::kNone);
}

std::string UrlEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-_.~";
  std::string encoded;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

class JaegerPropagator : public propagation::TextMapPropagator {
 public:
  Context Extract(const propagation::TextMapCarrier& carrier, Context& context) noexcept override {
    const std::string header = PercentDecode(Trim(ToStd(carrier.Get("uber-trace-id"))));
    Context extended = header.empty() ? context : ReadIdentity(context, header);
    if (header.empty() && !carrier.Get("jaeger-debug-id").empty()) {
      extended = WithWish(extended, SamplingWish::kDebug);
    }
    return WithBaggage(extended, carrier);
  }

  void Inject(propagation::TextMapCarrier& carrier, const Context& context) noexcept override {
    const trace::SpanContext span = SpanContextIn(context);
    if (!span.IsValid()) return;
    char ids[49];
    WriteLowerHex(span.trace_id().Id(), ids);
    ids[32] = ':';
    WriteLowerHex(span.span_id().Id(), ids + 33);
    const bool debug = WishIn(context) == SamplingWish::kDebug;
    const char* const flags = debug ? "3" : span.IsSampled() ? "1" : "0";
    carrier.Set("uber-trace-id", std::string(ids, sizeof(ids)) + ":0:" + flags);
    std::size_t bytes = 0;
    baggage::GetBaggage(context)->GetAllEntries(
        [&](nostd::string_view key, nostd::string_view value) {
          const std::string encoded = UrlEncode(ToStd(value));
          bytes += key.size() + encoded.size();
          if (bytes > kBaggageBytesMax) return false;
          carrier.Set(std::string(kBaggagePrefix) + std::string(ToStd(key)), encoded);
          return true;
        });
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback("uber-trace-id");
  }

 private:
  static Context WithBaggage(Context context, const propagation::TextMapCarrier& carrier) {
    Members members;
    std::size_t bytes = 0;
    carrier.Keys([&](nostd::string_view name) {
      const std::string lower = ToLower(ToStd(name));
      if (!lower.starts_with(kBaggagePrefix)) return true;
      std::string value = PercentDecode(ToStd(carrier.Get(name)));
      bytes += lower.size() + value.size();
      if (bytes > kBaggageBytesMax || members.size() == kBaggageMembersMax) return false;
      if (value.find('\0') == std::string::npos) {
        members.emplace_back(lower.substr(kBaggagePrefix.size()), std::move(value));
      }
      return true;
    });
    if (members.empty()) return context;
    return baggage::SetBaggage(context,
                               nostd::shared_ptr<baggage::Baggage>(new baggage::Baggage(members)));
  }
};

}  // namespace

std::unique_ptr<propagation::TextMapPropagator> MakeJaegerPropagator() {
  return std::make_unique<JaegerPropagator>();
}

}  // namespace spanhound::sdk
