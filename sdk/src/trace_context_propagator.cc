#include "trace_context_propagator.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "environment.h"
#include "hex_text.h"
#include "passive_span.h"
#include "remote_parent.h"
#include "spanhound/attribute.h"
#include "trace_states.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace propagation = opentelemetry::context::propagation;
namespace trace = opentelemetry::trace;
using Entries = opentelemetry::common::KeyValueProperties;

// 00-<trace id>-<span id>-<flags>
constexpr std::size_t kTraceIdAt = 3, kSpanIdAt = 36, kFlagsAt = 53, kTraceparentBytes = 55;
constexpr std::size_t kMembersMax = 32;  // of a tracestate, as the next two by the W3C
constexpr std::size_t kKeyBytesMax = 256;
constexpr std::size_t kValueBytesMax = 256;
constexpr std::uint8_t kKnownFlags = trace::TraceFlags::kAllW3CTraceContext2Flags;

// The way to the members of a TraceState. Its public functions admit keys of Level 1 only; an
// explicit instantiation may name what is private.
nostd::unique_ptr<Entries>& EntriesOf(trace::TraceState& state);
template <auto kMember>
struct Access {
  friend nostd::unique_ptr<Entries>& EntriesOf(trace::TraceState& state) { return state.*kMember; }
};
template struct Access<&trace::TraceState::kv_properties_>;

struct Parent {
  std::uint8_t trace_id[trace::TraceId::kSize];
  std::uint8_t span_id[trace::SpanId::kSize];
  std::uint8_t flags;
};

bool ParseTraceparent(std::string_view text, Parent* parent) {
  if (text.size() < kTraceparentBytes || text[2] != '-' || text[kSpanIdAt - 1] != '-' ||
      text[kFlagsAt - 1] != '-') {
    return false;
  }
  const char* const digits = text.data();
  // Version and flags, behind zeros.
  const char ends[] = {
      '0', '0', '0', '0', digits[0], digits[1], digits[kFlagsAt], digits[kFlagsAt + 1]};
  std::uint8_t of_ends[4];
  if (!ReadLowerHex(ends, of_ends) || !ReadLowerHex(digits + kTraceIdAt, parent->trace_id) ||
      !ReadLowerHex(digits + kSpanIdAt, parent->span_id)) {
    return false;
  }
  const std::uint8_t version = of_ends[2];
  parent->flags = of_ends[3] & kKnownFlags;
  // Later versions may add fields behind; what is known of them stays where it is.
  const bool longer = text.size() > kTraceparentBytes;
  return version != 0xFF && (!longer || (version != 0 && text[kTraceparentBytes] == '-'));
}

bool IsKey(std::string_view key) {
  const auto first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !key.empty() && key.size() <= kKeyBytesMax && first(key[0]) &&
         std::all_of(key.begin(), key.end(), [&](char c) {
           return first(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
         });
}

bool IsValue(std::string_view value) {
  return !value.empty() && value.size() <= kValueBytesMax &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

nostd::shared_ptr<trace::TraceState> StateOf(std::string_view header) {
  if (header.empty()) return EmptyTraceState();  // the rule
  auto state = ParseTraceState(header);
  return state == nullptr ? EmptyTraceState() : state;
}

class TraceContextPropagator : public propagation::TextMapPropagator {
 public:
  Context Extract(const propagation::TextMapCarrier& carrier, Context& context) noexcept override {
    Parent parent;
    if (!ParseTraceparent(Trim(ToStd(carrier.Get("traceparent"))), &parent)) return context;
    const trace::TraceId trace_id(parent.trace_id);
    const trace::SpanId span_id(parent.span_id);
    if (!trace_id.IsValid() || !span_id.IsValid()) return context;
    return WithRemoteParent(
        context, MakePassiveSpan(SpanIdentity{trace_id, span_id, trace::TraceFlags(parent.flags),
                                              StateOf(ToStd(carrier.Get("tracestate"))), true}));
  }

  void Inject(propagation::TextMapCarrier& carrier, const Context& context) noexcept override {
    const trace::SpanContext span = SpanContextIn(context);
    if (!span.IsValid()) return;
    static constexpr char kDigits[] = "0123456789abcdef";
    char text[kTraceparentBytes];
    std::memset(text, '-', sizeof(text));
    text[0] = text[1] = '0';
    WriteLowerHex(span.trace_id().Id(), text + kTraceIdAt);
    WriteLowerHex(span.span_id().Id(), text + kSpanIdAt);
    text[kFlagsAt] = '0';
    text[kFlagsAt + 1] = kDigits[span.trace_flags().flags() & kKnownFlags];
    carrier.Set("traceparent", nostd::string_view(text, sizeof(text)));
    const auto& state = span.trace_state();
    if (state != nullptr && !state->Empty()) carrier.Set("tracestate", state->ToHeader());
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback("traceparent") && callback("tracestate");
  }
};

}  // namespace

nostd::shared_ptr<trace::TraceState> ParseTraceState(std::string_view header) {
  std::array<std::pair<std::string_view, std::string_view>, kMembersMax> members;
  std::size_t count = 0;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view member = Trim(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    if (member.empty()) continue;
    const std::size_t equals = std::min(member.find('='), member.size() - 1);
    const std::string_view key = member.substr(0, equals), value = member.substr(equals + 1);
    if (count == kMembersMax || !IsKey(key) || !IsValue(value)) return {};
    members[count++] = {key, value};
  }
  if (count == 0) return {};
  auto state = trace::TraceState::FromHeader(",");  // a new one, of no members
  EntriesOf(*state).reset(new Entries(count));
  for (std::size_t i = 0; i < count; ++i) {
    EntriesOf(*state)->AddEntry(ToOtel(members[i].first), ToOtel(members[i].second));
  }
  return state;
}

std::unique_ptr<propagation::TextMapPropagator> MakeTraceContextPropagator() {
  return std::make_unique<TraceContextPropagator>();
}

}  // namespace spanhound::sdk
