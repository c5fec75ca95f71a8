#include "propagators.h"

#include <opentelemetry/context/propagation/composite_propagator.h>

#include <memory>
#include <utility>

#include "b3_propagator.h"
#include "baggage_propagator.h"
#include "jaeger_propagator.h"
#include "trace_context_propagator.h"

namespace spanhound::sdk {
namespace {

namespace propagation = opentelemetry::context::propagation;
using One = std::unique_ptr<propagation::TextMapPropagator>;

One MakeOne(const std::string& name) {
  if (name == "baggage") return MakeBaggagePropagator();
  if (name == "b3") return MakeB3Propagator(B3Form::kSingle);
  if (name == "b3multi") return MakeB3Propagator(B3Form::kMulti);
  if (name == "jaeger") return MakeJaegerPropagator();
  return MakeTraceContextPropagator();
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
