#include "http/old_http_names.h"

#include "semantic_opt_in.h"

namespace spanhound::sdk {

void AddOldHttpNames(std::vector<Attribute>* attributes,
                     std::span<const names::OldName> of_server) {
  const std::size_t count = attributes->size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto add_old = [&](std::span<const names::OldName> table) {
      for (const auto& [name, old_name] : table) {
        if ((*attributes)[i].key != name) continue;
        Attribute again = (*attributes)[i];
        again.key = old_name;
        attributes->push_back(again);
      }
    };
    add_old(names::kOldHttpNames);
    add_old(of_server);
  }
}

void SetHttpAttributes(opentelemetry::trace::Span& span, std::vector<Attribute> attributes) {
  if (ChosenNames().old_http) AddOldHttpNames(&attributes, {});
  for (const Attribute& each : attributes) span.SetAttribute(ToOtel(each.key), each.value);
}

}  // namespace spanhound::sdk
