#include "api/jaeger/trace_messages.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/jaeger/trace_proto.h"
#include "wire/otlp/otlp.h"

namespace spanhound::api {
namespace {

using model::Span;

constexpr size_t kMessageBytesMax = 2u << 20;
constexpr size_t kJaegerSpansMax = 10;  // as Jaeger
constexpr size_t kOtlpSpansMax = 1000;

class TraceChunks {
 public:
  TraceChunks(std::vector<query::Trace> traces, JaegerTraceOptions options, TraceMessageForm form)
      : traces_(std::move(traces)), options_(options), form_(form) {}

  std::optional<std::string> Next() {
    while (trace_ == nullptr || rest_.empty()) {
      if (!BeginTrace()) return std::nullopt;
    }
    const bool is_jaeger = form_ == TraceMessageForm::kJaeger;
    size_t count = std::min(rest_.size(), is_jaeger ? kJaegerSpansMax : kOtlpSpansMax);
    std::string message = Encode(rest_.first(count));
    while (message.size() > kMessageBytesMax && count > 1) {
      count /= 2;
      message = Encode(rest_.first(count));
    }
    rest_ = rest_.subspan(count);
    return message;
  }

 private:
  // The one before is not needed any more.
  bool BeginTrace() {
    if (trace_ != nullptr) {
      trace_.reset();
      traces_[next_ - 1] = {};
    }
    if (next_ == traces_.size()) return false;
    trace_ = std::make_unique<JaegerTrace>(traces_[next_++], options_);
    rest_ = trace_->spans();
    return true;
  }

  std::string Encode(std::span<const Span> spans) {
    if (form_ == TraceMessageForm::kJaeger) return EncodeSpansChunk(*trace_, spans);
    return wire::EncodeOtlpTraces(trace_->batch(), spans);
  }

  std::vector<query::Trace> traces_;
  const JaegerTraceOptions options_;
  const TraceMessageForm form_;
  size_t next_ = 0;                     // of traces_
  std::unique_ptr<JaegerTrace> trace_;  // the one before next_
  std::span<const Span> rest_;          // of its spans
};

}  // namespace

net::GrpcMessages TraceMessages(std::vector<query::Trace> traces, JaegerTraceOptions options,
                                TraceMessageForm form) {
  return [chunks = std::make_shared<TraceChunks>(std::move(traces), options, form)] {
    return chunks->Next();
  };
}

}  // namespace spanhound::api
