#include "propagators.h"

#include <opentelemetry/baggage/propagation/baggage_propagator.h>
#include <opentelemetry/context/propagation/composite_propagator.h>
#include <opentelemetry/trace/propagation/b3_propagator.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>
#include <opentelemetry/trace/propagation/jaeger.h>

#include <memory>
#include <utility>

namespace spanhound::sdk {
namespace {

namespace propagation = opentelemetry::context::propagation;
namespace trace = opentelemetry::trace::propagation;
using One = std::unique_ptr<propagation::TextMapPropagator>;

One MakeOne(const std::string& name) {
  if (name == "baggage") {
    return One(new opentelemetry::baggage::propagation::BaggagePropagator());
  }
  if (name == "b3") return One(new trace::B3Propagator());
  if (name == "b3multi") return One(new trace::B3PropagatorMultiHeader());
  if (name == "jaeger") return One(new trace::JaegerPropagator());
  return One(new trace::HttpTraceContext());
}

}  // namespace

opentelemetry::nostd::shared_ptr<propagation::TextMapPropagator> MakePropagator(
    const std::vector<std::string>& names) {
  // The packaged composite lets the last one win; reversed, the first does.
  std::vector<One> all;
  for (auto name = names.rbegin(); name != names.rend(); ++name) all.push_back(MakeOne(*name));
  return opentelemetry::nostd::shared_ptr<propagation::TextMapPropagator>(
      new propagation::CompositePropagator(std::move(all)));
}

}  // namespace spanhound::sdk
