#include "wire/zipkin/zipkin_spans.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <limits>

#include "model/semantic_names.h"
#include "wire/jaeger/jaeger_tags.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;

// The names the OpenTelemetry Collector and, through it, Jaeger give Zipkin's endpoints.
constexpr std::string_view kPeerService = "peer.service";
constexpr std::string_view kLocalIp = "net.host.ip";
constexpr std::string_view kLocalPort = "net.host.port";
constexpr std::string_view kRemoteIp = "net.peer.ip";
constexpr std::string_view kRemotePort = "net.peer.port";
constexpr std::string_view kStartIsUnknown = "otel.zipkin.absentField.startTime";

// Zipkin takes every span with the tag for failed, whatever its text; the text is the reason. What
// is left of the tags.
std::span<Attribute> TakeError(std::span<Attribute> tags, model::Span* span) {
  const auto error = std::ranges::find_if(tags, [](const Attribute& tag) {
    return tag.key == model::kErrorTag && tag.value.type == model::ValueType::kString &&
           tag.value.text() != "false";
  });
  if (error == tags.end()) return tags;
  span->status_code = model::StatusCode::kError;
  if (error->value.text() != "true") span->status_message = error->value.text();
  std::move(error + 1, tags.end(), error);
  return tags.first(tags.size() - 1);
}

uint64_t EndOf(const ZipkinSpan& span) {
  const uint64_t room = std::numeric_limits<uint64_t>::max() - span.start_unix_nanos;
  return span.start_unix_nanos + std::min(span.duration_nanos, room);
}

}  // namespace

void ZipkinSpans::Reject(std::string_view why) {
  if (decoded_.rejected_count++ == 0) {
    decoded_.rejected_message = "span " + std::to_string(count_) + ": " + std::string(why);
  }
  CountItem();
}

void ZipkinSpans::CountItem() {
  ++count_;
  if (!memory_.TakeItems(1)) ok_ = false;
}

void ZipkinSpans::Add(ZipkinSpan span) {
  if (span.trace_id.is_zero() || span.id.is_zero()) return Reject("trace or span id is zero");
  CountItem();
  if (!ok_ || !memory_.Take(sizeof(model::Span))) {
    ok_ = false;
    return;
  }
  model::Span out;
  out.trace_id = span.trace_id;
  out.span_id = span.id;
  if (span.parent_id != span.id) out.parent_span_id = span.parent_id;
  out.name = span.name;
  out.flags = span.is_debug ? 1 : 0;  // debug is "sampled, whatever the rate"
  out.start_unix_nanos = span.start_unix_nanos;
  out.end_unix_nanos = EndOf(span);
  out.events = span.annotations;
  std::string_view scope_name;
  std::string_view scope_version;
  const std::span<const Attribute> tags =
      TakeSpanTags(TakeError(span.tags, &out), &out, &scope_name, &scope_version);
  if (span.kind != model::SpanKind::kUnspecified) out.kind = span.kind;
  out.attributes = Attributes(span, tags);
  out.resource_index = ResourceIndex(span.local.service_name);
  out.scope_index = ScopeIndex(scope_name, scope_version);
  decoded_.batch.spans.push_back(out);
}

// The tags and what stands for the endpoints.
std::span<const Attribute> ZipkinSpans::Attributes(const ZipkinSpan& span,
                                                   std::span<const Attribute> tags) {
  std::array<Attribute, 6> extra;
  size_t count = 0;
  const auto add_text = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) extra[count++] = {key, AttributeValue::String(text)};
  };
  const auto add_port = [&](std::string_view key, uint16_t port) {
    if (port != 0) extra[count++] = {key, AttributeValue::Int(port)};
  };
  add_text(kLocalIp, span.local.ip);
  add_port(kLocalPort, span.local.port);
  if (model::FindAttribute(tags, kPeerService) == nullptr) {
    add_text(kPeerService, span.remote.service_name);
  }
  add_text(kRemoteIp, span.remote.ip);
  add_port(kRemotePort, span.remote.port);
  if (span.start_unix_nanos == 0) extra[count++] = {kStartIsUnknown, AttributeValue::Bool(true)};
  if (count == 0) return tags;
  const std::span<Attribute> all = NewArray<Attribute>(tags.size() + count);
  if (all.empty()) return {};
  std::copy(extra.begin(), extra.begin() + count, std::ranges::copy(tags, all.begin()).out);
  return all;
}

std::string_view ZipkinSpans::Copy(std::string_view text) {
  std::string_view copy;
  if (!memory_.Copy(text, &copy)) ok_ = false;
  return copy;
}

std::string_view ZipkinSpans::IpText(std::string_view address) {
  if (address == last_address_) return last_ip_;
  if (address.size() != 4 && address.size() != 16) return {};
  if (address.find_first_not_of('\0') == address.npos) return {};
  char text[INET6_ADDRSTRLEN];
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (inet_ntop(family, address.data(), text, sizeof text) == nullptr) return {};
  last_address_ = address;
  last_ip_ = Copy(text);
  return last_ip_;
}

Status ZipkinSpans::status() const {
  if (ok_) return Status::Ok();
  return memory_.exceeded();
}

uint32_t ZipkinSpans::ResourceIndex(std::string_view service_name) {
  std::vector<model::Resource>& resources = decoded_.batch.resources;
  const auto [entry, is_new] =
      resource_indexes_.try_emplace(service_name, static_cast<uint32_t>(resources.size()));
  if (is_new) {
    if (!memory_.Take(sizeof(model::Resource) + sizeof *entry)) ok_ = false;
    model::Resource& resource = resources.emplace_back();
    if (!service_name.empty()) {
      const std::span<Attribute> attributes = NewArray<Attribute>(1);
      if (attributes.empty()) return 0;
      attributes[0] = {model::kServiceName, AttributeValue::String(service_name)};
      resource.attributes = attributes;
    }
  }
  return entry->second;
}

uint32_t ZipkinSpans::ScopeIndex(std::string_view name, std::string_view version) {
  std::vector<model::Scope>& scopes = decoded_.batch.scopes;
  const auto [entry, is_new] =
      scope_indexes_.try_emplace({name, version}, static_cast<uint32_t>(scopes.size()));
  if (is_new) {
    if (!memory_.Take(sizeof(model::Scope) + sizeof *entry)) ok_ = false;
    model::Scope& scope = scopes.emplace_back();
    scope.name = name;
    scope.version = version;
  }
  return entry->second;
}

}  // namespace spanhound::wire
