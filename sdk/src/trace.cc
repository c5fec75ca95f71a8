#include "spanhound/trace.h"

#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

#include <cxxabi.h>
#include <strings.h>

#include <cstdlib>
#include <typeinfo>

#include "context_entry.h"
#include "default_scope.h"

namespace spanhound::sdk {
namespace {

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace propagation = opentelemetry::context::propagation;
namespace trace = opentelemetry::trace;

std::string TypeName(const std::type_info& type) {
  int failed = 0;
  char* const readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed);
  std::string name = failed == 0 ? readable : type.name();
  std::free(readable);
  return name;
}

template <typename Id>
std::string Hex(const Id& id) {
  char hex[2 * Id::kSize];
  id.ToLowerBase16(hex);
  return std::string(hex, sizeof(hex));
}

class Links : public trace::SpanContextKeyValueIterable {
 public:
  explicit Links(const std::vector<SpanContext>& targets) : targets_(targets) {}
  bool ForEachKeyValue(
      nostd::function_ref<bool(SpanContext, const opentelemetry::common::KeyValueIterable&)>
          callback) const noexcept override {
    for (const SpanContext& target : targets_) {
      if (!callback(target, Attributes())) return false;
    }
    return true;
  }
  std::size_t size() const noexcept override { return targets_.size(); }

 private:
  const std::vector<SpanContext>& targets_;
};

class MapCarrier : public propagation::TextMapCarrier {
 public:
  explicit MapCarrier(Carrier* map) : map_(map), read_(*map) {}
  explicit MapCarrier(const Carrier& map) : map_(nullptr), read_(map) {}

  nostd::string_view Get(nostd::string_view key) const noexcept override {
    const std::string name(key);
    if (const auto found = read_.find(name); found != read_.end()) return found->second;
    for (const auto& [other, value] : read_) {
      if (strcasecmp(other.c_str(), name.c_str()) == 0) return value;
    }
    return "";
  }
  bool Keys(nostd::function_ref<bool(nostd::string_view)> visit) const noexcept override {
    for (const auto& [name, value] : read_) {
      if (!visit(name)) return false;
    }
    return true;
  }
  void Set(nostd::string_view key, nostd::string_view value) noexcept override {
    if (map_ != nullptr) (*map_)[std::string(key)] = std::string(value);
  }

 private:
  Carrier* map_;
  const Carrier& read_;
};

}  // namespace

nostd::shared_ptr<trace::Tracer> GetTracer(std::string_view scope_name) {
  const auto provider = trace::Provider::GetTracerProvider();
  return provider->GetTracer(ToOtel(scope_name.empty() ? DefaultScopeName() : scope_name));
}

void SpanRef::Set(const Attribute& attribute) {
  span_->SetAttribute(ToOtel(attribute.key), attribute.value);
}

void SpanRef::Set(const Attributes& attributes) {
  attributes.ForEachKeyValue([this](nostd::string_view key, const Attribute::Value& value) {
    span_->SetAttribute(key, value);
    return true;
  });
}

void SpanRef::AddEvent(std::string_view name, const Attributes& attributes) {
  span_->AddEvent(ToOtel(name), attributes);
}

void SpanRef::SetStatus(StatusCode code, std::string_view description) {
  span_->SetStatus(code, ToOtel(description));
}

void SpanRef::UpdateName(std::string_view name) { span_->UpdateName(ToOtel(name)); }

void SpanRef::RecordError(const std::exception& error) {
  RecordError(error.what(), TypeName(typeid(error)));
}

void SpanRef::RecordError(std::string_view message, std::string_view type) {
  AddEvent("exception", {{"exception.type", type}, {"exception.message", message}});
}

void SpanRef::Fail(const std::exception& error) { Fail(error.what(), TypeName(typeid(error))); }

void SpanRef::Fail(std::string_view message, std::string_view type) {
  RecordError(message, type);
  SetStatus(StatusCode::kError, message);
}

void SpanRef::End() { span_->End(); }

std::string SpanRef::trace_id() const { return Hex(context().trace_id()); }
std::string SpanRef::span_id() const { return Hex(context().span_id()); }

SpanRef StartSpan(std::string_view name, const Attributes& attributes, const SpanOptions& options) {
  trace::StartSpanOptions start;
  start.kind = options.kind;
  const bool has_parent = options.parent && HasSpan(*options.parent);
  if (has_parent && !options.root) {
    start.parent = *options.parent;
  } else if (options.root || options.parent) {
    // Without this mark the SDK falls back to the thread's current span.
    start.parent = Context().SetValue(trace::kIsRootSpanKey, true);
  }
  return SpanRef(GetTracer(options.scope_name)
                     ->StartSpan(ToOtel(name), attributes, Links(options.links), start));
}

SpanRef CurrentSpan() { return SpanRef(trace::GetSpan(CurrentContext())); }

ContextScope::ContextScope(const Context& context)
    : token_(opentelemetry::context::RuntimeContext::Attach(context)) {}

ContextScope::ContextScope(const SpanRef& span)
    : ContextScope(WithSpan(CurrentContext(), span.otel())) {}

Span::Span(std::string_view name, const Attributes& attributes, const SpanOptions& options)
    : SpanRef(StartSpan(name, attributes, options)),
      scope_(WithSpan(options.parent.value_or(CurrentContext()), otel())) {}

void Inject(Carrier& carrier, const Context& context) {
  MapCarrier writable(&carrier);
  propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Inject(writable, context);
}

Context Extract(const Carrier& carrier, const Context& base) {
  Context context = base;
  return propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Extract(MapCarrier(carrier),
                                                                              context);
}

ContextScope SetBaggage(std::string_view key, std::string_view value) {
  return ContextScope(WithBaggage(CurrentContext(), key, value));
}

Context WithBaggage(const Context& context, std::string_view key, std::string_view value) {
  Context extended = context;
  const auto members = baggage::GetBaggage(context)->Set(ToOtel(key), ToOtel(value));
  return baggage::SetBaggage(extended, members);
}

std::string GetBaggage(std::string_view key, const Context& context) {
  std::string value;
  baggage::GetBaggage(context)->GetValue(ToOtel(key), value);
  return value;
}

}  // namespace spanhound::sdk
