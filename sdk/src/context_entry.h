// The span of a context, set and read at a fraction of what Context::SetValue (five allocations)
// and GetValue (a copy with its reference counts) take: every request does it several times.
//
// Goes by the private parts of opentelemetry's Context, which is all in its header and so the same
// for everyone who compiles with it: to any other code these contexts are like all others. By the
// public ones each takes what is said above. A release that names these parts otherwise, or gives
// them other types, ends the build here and not the program: everything used is named below.
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_metadata.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spanhound::sdk {

// An explicit instantiation may name what is private.
auto& HeadOf(opentelemetry::context::Context& context);
template <auto kMember>
struct ContextHead {
  friend auto& HeadOf(opentelemetry::context::Context& context) { return context.*kMember; }
};
template struct ContextHead<&opentelemetry::context::Context::head_>;

using ContextHeadPointer =
    std::remove_reference_t<decltype(HeadOf(std::declval<opentelemetry::context::Context&>()))>;
using ContextNode = ContextHeadPointer::element_type;
static_assert(std::is_same_v<decltype(ContextNode::key_), char*> &&
              std::is_same_v<decltype(ContextNode::key_length_), std::size_t> &&
              std::is_same_v<decltype(ContextNode::next_), ContextHeadPointer> &&
              std::is_same_v<decltype(ContextNode::value_), opentelemetry::context::ContextValue>);

// The value itself, while the context lives; null when there is none.
inline const opentelemetry::context::ContextValue* FindEntry(
    const opentelemetry::context::Context& context, std::string_view key) {
  const ContextNode* node = HeadOf(const_cast<opentelemetry::context::Context&>(context)).get();
  for (; node != nullptr; node = node->next_.get()) {
    if (node->key_length_ == key.size() && std::memcmp(node->key_, key.data(), key.size()) == 0) {
      return &node->value_;
    }
  }
  return nullptr;
}

// The span itself, while the context lives; null when there is none.
inline const opentelemetry::trace::Span* SpanIn(const opentelemetry::context::Context& context) {
  using Span = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>;
  const auto* const value = FindEntry(context, opentelemetry::trace::kSpanKey);
  const auto* const span = value == nullptr ? nullptr : absl::get_if<Span>(value);
  return span == nullptr ? nullptr : span->get();
}

inline bool HasSpan(const opentelemetry::context::Context& context) {
  const opentelemetry::trace::Span* const span = SpanIn(context);
  return span != nullptr && span->GetContext().IsValid();
}

// The node of a span, its key the API's own, its parts made and destroyed one by one. The standard
// does not define that for such a class, but each constructor of the node allocates as well: with
// the cheapest, which copies a node, extract and inject together took a quarter longer.
class SpanNode {
 public:
  SpanNode(const ContextHeadPointer& next,
           opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>&& span) {
    static constexpr std::string_view kKey = opentelemetry::trace::kSpanKey;
    node_.key_ = const_cast<char*>(kKey.data());  // nobody writes to keys
    node_.key_length_ = kKey.size();
    std::construct_at(&node_.next_, next);
    std::construct_at(&node_.value_, std::move(span));
  }
  ~SpanNode() {
    std::destroy_at(&node_.value_);
    std::destroy_at(&node_.next_);
  }
  SpanNode(const SpanNode&) = delete;
  SpanNode& operator=(const SpanNode&) = delete;

  ContextNode* node() { return &node_; }

 private:
  union {
    ContextNode node_;
  };
};

// `context` with `span` as its current one.
inline opentelemetry::context::Context WithSpan(
    const opentelemetry::context::Context& context,
    opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span) {
  using opentelemetry::context::Context;
  auto owner = std::make_shared<SpanNode>(HeadOf(const_cast<Context&>(context)), std::move(span));
  ContextNode* const node = owner->node();
  Context extended;
  HeadOf(extended) = ContextHeadPointer(std::shared_ptr<ContextNode>(std::move(owner), node));
  return extended;
}

}  // namespace spanhound::sdk
