// W3C Baggage: the header of that name.
//
// The packaged one reads "+" as a blank and writes blanks so, which no other language does, and
// takes a ";" in a value for the start of properties. Here properties travel on unseen, beside the
// values. Limits: kBaggageMembersMax and kBaggageBytesMax, both ways; members beyond are left out.
//
// Threads: any. Failure: none; a member that cannot be read or written is left out.
#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>

#include <cstddef>
#include <memory>

namespace spanhound::sdk {

inline constexpr std::size_t kBaggageMembersMax = 180;  // what the W3C let one count on
inline constexpr std::size_t kBaggageBytesMax = 8192;

std::unique_ptr<opentelemetry::context::propagation::TextMapPropagator> MakeBaggagePropagator();

}  // namespace spanhound::sdk
