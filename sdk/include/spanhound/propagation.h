// Carriers: how a trace context and its baggage enter and leave the headers of a message, for
// std::map and vector headers, Boost.Beast fields and gRPC metadata, with nothing but the
// opentelemetry API included (the carriers are templates over the headers they are given).
//
//   BeastCarrier carrier(request.base());
//   Context context = Extract(carrier);          // at the door in
//   Inject(carrier);                             // at the door out, from the current context
//
// Rules all carriers share:
// - Names match in any case. A repeated tracestate or baggage is one list (RFC 9110 5.3); any other
//   repeated name, traceparent above all, is ambiguous and counts as absent.
// - A value is written only when it is visible ASCII and not too long. Received baggage may hold
//   line breaks, which would be a second header in HTTP/1.1 and aborts the process inside gRPC.
//
// Threads: a carrier belongs to one thread and must not outlive the headers it was given.
// Failure: none; what cannot be read is absent, what cannot be written is left out.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/context/runtime_context.h>

#include <cstddef>
#include <forward_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spanhound::sdk {

using Context = opentelemetry::context::Context;
using TextMapCarrier = opentelemetry::context::propagation::TextMapCarrier;

// The W3C limit of a baggage header; nothing longer leaves by HTTP.
inline constexpr std::size_t kHttpValueBytesMax = 8192;
// A gRPC server refuses calls with more than 8 KiB of metadata, and the call matters more than its
// baggage.
inline constexpr std::size_t kGrpcValueBytesMax = 4096;

// What every carrier does with names and values.
class CarrierBase : public TextMapCarrier {
 protected:
  using OtelText = opentelemetry::nostd::string_view;
  using NameVisitor = opentelemetry::nostd::function_ref<bool(OtelText)>;

  static std::string_view ToStd(OtelText text) { return {text.data(), text.size()}; }

  static char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
  // `name` itself when it is in lower case, as most are; else it is made so in `storage`.
  static std::string_view ToLower(std::string_view name, std::string* storage);
  static bool SameName(std::string_view a, std::string_view b);
  static bool MayWrite(std::string_view value, std::size_t bytes_max);

  // The one value of `name`, out of all values that `for_each_value(visit)` shows.
  template <typename ForEachValue>
  OtelText OneValue(std::string_view name, ForEachValue for_each_value) const {
    std::size_t count = 0;
    std::string_view first;
    std::string* joined = nullptr;
    for_each_value([&](std::string_view value) {
      if (count++ == 0) {
        first = value;
        return;
      }
      if (joined == nullptr) joined = &joined_.emplace_front(first);
      joined->append(",").append(value);
    });
    if (count <= 1) return {first.data(), first.size()};
    const bool is_list = SameName(name, "tracestate") || SameName(name, "baggage");
    return is_list ? OtelText(joined->data(), joined->size()) : OtelText();
  }

 private:
  mutable std::forward_list<std::string> joined_;  // what Get returned must stay
};

// Headers as a range of (name, value) pairs: std::map, std::multimap, std::vector<std::pair>.
// With const headers it can only read.
template <typename Headers>
class HeaderCarrier : public CarrierBase {
 public:
  explicit HeaderCarrier(Headers& headers) : headers_(headers) {}

  OtelText Get(OtelText key) const noexcept override {
    const std::string_view name = ToStd(key);
    return OneValue(name, [&](auto visit) {
      for (const auto& [each, value] : headers_) {
        if (SameName(each, name)) visit(std::string_view(value));
      }
    });
  }

  bool Keys(NameVisitor visit) const noexcept override {
    for (const auto& [name, value] : headers_) {
      if (!visit(OtelText(name.data(), name.size()))) return false;
    }
    return true;
  }

  void Set(OtelText key, OtelText value) noexcept override {
    if constexpr (!std::is_const_v<Headers>) {
      if (!MayWrite(ToStd(value), kHttpValueBytesMax)) return;
      const std::string_view name = ToStd(key);
      for (auto it = headers_.begin(); it != headers_.end();) {
        it = SameName(it->first, name) ? headers_.erase(it) : std::next(it);
      }
      headers_.insert(headers_.end(), {std::string(name), std::string(ToStd(value))});
    }
  }

 private:
  Headers& headers_;
};

// boost::beast::http::fields, and what derives from it: requests and responses.
template <typename Fields>
class BeastCarrier : public CarrierBase {
 public:
  explicit BeastCarrier(Fields& fields) : fields_(fields) {}

  OtelText Get(OtelText key) const noexcept override {
    return OneValue(ToStd(key), [&](auto visit) {
      const auto [first, last] = fields_.equal_range({key.data(), key.size()});
      for (auto it = first; it != last; ++it) {
        visit(std::string_view(it->value().data(), it->value().size()));
      }
    });
  }

  bool Keys(NameVisitor visit) const noexcept override {
    for (const auto& field : fields_) {
      if (!visit(OtelText(field.name_string().data(), field.name_string().size()))) return false;
    }
    return true;
  }

  void Set(OtelText key, OtelText value) noexcept override {
    if constexpr (!std::is_const_v<Fields>) {
      if (!MayWrite(ToStd(value), kHttpValueBytesMax)) return;
      using Text = typename Fields::value_type;  // has the string types of this Beast version
      using Name = std::remove_cvref_t<decltype(std::declval<Text>().name_string())>;
      fields_.set(Name(key.data(), key.size()), Name(value.data(), value.size()));
    }
  }

 private:
  Fields& fields_;
};

// What a gRPC server received: ServerContext::client_metadata().
template <typename Metadata>
class GrpcMetadataReader : public CarrierBase {
 public:
  explicit GrpcMetadataReader(const Metadata& metadata) : metadata_(metadata) {}

  OtelText Get(OtelText key) const noexcept override {
    std::string storage;
    const std::string_view name = ToLower(ToStd(key), &storage);  // as HTTP/2 has it
    return OneValue(name, [&](auto visit) {
      using Name = typename Metadata::key_type;
      const auto [first, last] = metadata_.equal_range(Name(name.data(), name.size()));
      for (auto it = first; it != last; ++it) {
        visit(std::string_view(it->second.data(), it->second.size()));
      }
    });
  }

  bool Keys(NameVisitor visit) const noexcept override {
    for (const auto& [name, value] : metadata_) {
      if (!visit(OtelText(name.data(), name.size()))) return false;
    }
    return true;
  }

  void Set(OtelText, OtelText) noexcept override {}

 private:
  const Metadata& metadata_;
};

// What a gRPC client is about to send: std::multimap<std::string, std::string>.
template <typename Metadata>
class GrpcMetadataWriter : public CarrierBase {
 public:
  explicit GrpcMetadataWriter(Metadata& metadata) : metadata_(metadata) {}

  OtelText Get(OtelText key) const noexcept override {
    std::string storage;
    const std::string name(ToLower(ToStd(key), &storage));
    return OneValue(name, [&](auto visit) {
      const auto [first, last] = metadata_.equal_range(name);
      for (auto it = first; it != last; ++it) visit(std::string_view(it->second));
    });
  }

  void Set(OtelText key, OtelText value) noexcept override {
    if (!MayWrite(ToStd(value), kGrpcValueBytesMax)) return;
    std::string storage;
    std::string name(ToLower(ToStd(key), &storage));
    metadata_.erase(name);
    metadata_.emplace(std::move(name), std::string(ToStd(value)));
  }

 private:
  Metadata& metadata_;
};

// The context found in the headers, on top of `base`; `base` itself when there is none. Uses the
// global propagator (Setup sets W3C trace context and baggage).
inline Context Extract(const TextMapCarrier& carrier, Context base = Context()) {
  return opentelemetry::context::propagation::GlobalTextMapPropagator::GetGlobalPropagator()
      ->Extract(carrier, base);
}

inline void Inject(TextMapCarrier& carrier,
                   const Context& context = opentelemetry::context::RuntimeContext::GetCurrent()) {
  opentelemetry::context::propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Inject(
      carrier, context);
}

// Calls `work` with `context` current on this thread, and leaves no trace of it there afterwards.
template <typename Work>
decltype(auto) RunInContext(const Context& context, Work&& work) {
  const auto token = opentelemetry::context::RuntimeContext::Attach(context);
  return std::forward<Work>(work)();
}

// `work` with `context` current, whoever calls it, wherever and whenever: what to give to a thread
// pool, a queue or a callback.
//
//   pool.Submit(BindContext([] { Work(); }));
template <typename Work>
auto BindContext(Work work,
                 Context context = opentelemetry::context::RuntimeContext::GetCurrent()) {
  return [work = std::move(work),
          context = std::move(context)](auto&&... arguments) mutable -> decltype(auto) {
    return RunInContext(context, [&]() -> decltype(auto) {
      return work(std::forward<decltype(arguments)>(arguments)...);
    });
  };
}

inline std::string_view CarrierBase::ToLower(std::string_view name, std::string* storage) {
  unsigned char upper = 0;  // bytes only, as in MayWrite
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c - 'A');
    upper |= static_cast<unsigned char>(letter <= 'Z' - 'A');
  }
  if (upper == 0) return name;
  *storage = name;
  for (char& c : *storage) c = ToLower(c);
  return *storage;
}

inline bool CarrierBase::SameName(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ToLower(a[i]) != ToLower(b[i])) return false;
  }
  return true;
}

inline bool CarrierBase::MayWrite(std::string_view value, std::size_t bytes_max) {
  if (value.size() > bytes_max) return false;
  // All are looked at, and in bytes only, so that the compiler takes many at once.
  unsigned char bad = 0;
  for (const char c : value) {
    const auto beyond_blank = static_cast<unsigned char>(c - ' ');
    bad |= static_cast<unsigned char>(beyond_blank > '~' - ' ');
  }
  return bad == 0;
}

}  // namespace spanhound::sdk
