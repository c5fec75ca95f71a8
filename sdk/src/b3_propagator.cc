#include "b3_propagator.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "environment.h"
#include "hex_text.h"
#include "remote_parent.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace propagation = opentelemetry::context::propagation;
namespace trace = opentelemetry::trace;

SamplingWish WishOf(std::string_view text) {
  if (text == "d") return SamplingWish::kDebug;
  if (text == "1" || text == "true" || text == "True") return SamplingWish::kKeep;
  if (text == "0" || text == "false" || text == "False") return SamplingWish::kDrop;
  return SamplingWish::kDecide;
}

Context WithB3(const Context& context, std::string_view trace_id, std::string_view span_id,
               SamplingWish wish) {
  const bool sampled = wish == SamplingWish::kKeep || wish == SamplingWish::kDebug;
  const trace::SpanContext parent = ReadSpanContext(trace_id, span_id, sampled);
  if (!parent.IsValid()) {
    // Without ids the wish is for the trace that starts here.
    const bool alone = trace_id.empty() && span_id.empty() && wish != SamplingWish::kDecide;
    return alone ? WithWish(context, wish) : context;
  }
  const bool in_flag = wish == SamplingWish::kKeep || wish == SamplingWish::kDrop;
  return WithRemoteParent(context, parent, in_flag ? SamplingWish::kNone : wish);
}

Context ReadSingle(const Context& context, std::string_view header) {
  std::array<std::string_view, 4> fields;  // trace id, span id, decision, parent's id
  std::size_t count = 0;
  for (bool more = true; more;) {
    if (count == fields.size()) return context;
    const std::size_t dash = std::min(header.find('-'), header.size());
    fields[count++] = header.substr(0, dash);
    more = dash < header.size();
    header.remove_prefix(more ? dash + 1 : dash);
  }
  if (count == 1) return WithB3(context, "", "", WishOf(fields[0]));
  return WithB3(context, fields[0], fields[1], WishOf(fields[2]));
}

class B3Propagator : public propagation::TextMapPropagator {
 public:
  explicit B3Propagator(B3Form form) : form_(form) {}

  Context Extract(const propagation::TextMapCarrier& carrier, Context& context) noexcept override {
    const auto get = [&](const char* name) { return Trim(ToStd(carrier.Get(name))); };
    const std::string_view single = get("b3");
    if (!single.empty()) return ReadSingle(context, single);
    const SamplingWish wish =
        get("X-B3-Flags") == "1" ? SamplingWish::kDebug : WishOf(get("X-B3-Sampled"));
    return WithB3(context, get("X-B3-TraceId"), get("X-B3-SpanId"), wish);
  }

  void Inject(propagation::TextMapCarrier& carrier, const Context& context) noexcept override {
    const trace::SpanContext span = SpanContextIn(context);
    if (!span.IsValid()) return;
    char ids[49];  // trace id, a dash, span id
    WriteLowerHex(span.trace_id().Id(), ids);
    ids[32] = '-';
    WriteLowerHex(span.span_id().Id(), ids + 33);
    const bool debug = WishIn(context) == SamplingWish::kDebug;
    const std::string decision = span.IsSampled() ? "1" : "0";
    if (form_ == B3Form::kSingle) {
      carrier.Set("b3", std::string(ids, sizeof(ids)) + "-" + (debug ? "d" : decision));
      return;
    }
    carrier.Set("X-B3-TraceId", nostd::string_view(ids, 32));
    carrier.Set("X-B3-SpanId", nostd::string_view(ids + 33, 16));
    if (debug) {
      carrier.Set("X-B3-Flags", "1");
    } else {
      carrier.Set("X-B3-Sampled", decision);
    }
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    if (form_ == B3Form::kSingle) return callback("b3");
    return callback("X-B3-TraceId") && callback("X-B3-SpanId") && callback("X-B3-Sampled") &&
           callback("X-B3-Flags");
  }

 private:
  const B3Form form_;
};

}  // namespace

std::unique_ptr<propagation::TextMapPropagator> MakeB3Propagator(B3Form form) {
  return std::make_unique<B3Propagator>(form);
}

}  // namespace spanhound::sdk
