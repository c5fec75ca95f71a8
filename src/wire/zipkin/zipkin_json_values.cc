#include "wire/zipkin/zipkin_json_values.h"

#include "wire/thrift_numbers.h"

namespace spanhound::wire {

using simdjson::SUCCESS;

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

// Some tracers write whole numbers as doubles, times above 2^53 among them.
bool ToInt64(simdjson::dom::element element, int64_t* value) {
  if (element.get(*value) == SUCCESS) return true;
  double real;
  if (element.get(real) != SUCCESS || !(real > -kTwoTo63 && real < kTwoTo63)) return false;
  *value = static_cast<int64_t>(real);
  return true;
}

}  // namespace

bool ZipkinJsonValues::Fail(std::string_view what, std::string_view why) {
  if (status_.ok()) {
    status_ = InvalidArgument("span " + std::to_string(spans_.count()) + ": " + std::string(what) +
                              ": " + std::string(why));
  }
  return false;
}

bool ZipkinJsonValues::Text(Element element, std::string_view what, std::string_view* text) {
  std::string_view in_document;
  if (element.get(in_document) != SUCCESS) return Fail(what, "a string is expected");
  *text = spans_.Copy(in_document);
  return spans_.ok();
}

bool ZipkinJsonValues::Micros(Element element, std::string_view what, uint64_t* nanos) {
  int64_t micros;
  if (!ToInt64(element, &micros)) return Fail(what, "a number of microseconds is expected");
  *nanos = NanosFromMicros(micros);
  return true;
}

bool ZipkinJsonValues::Bool(Element element, std::string_view what, bool* value) {
  return element.get(*value) == SUCCESS || Fail(what, "true or false is expected");
}

bool ZipkinJsonValues::Endpoint(Element element, std::string_view what, ZipkinEndpoint* endpoint) {
  std::string_view ipv6;
  const bool parsed = Members(element, what, [&](std::string_view key, Element value) {
    if (key == "serviceName") return Text(value, key, &endpoint->service_name);
    if (key == "ipv4") return Text(value, key, &endpoint->ip);
    if (key == "ipv6") return Text(value, key, &ipv6);
    int64_t port;
    if (key != "port") return true;
    if (!ToInt64(value, &port) || port < 0 || port > UINT16_MAX) {
      return Fail(key, "a port is expected");
    }
    endpoint->port = static_cast<uint16_t>(port);
    return true;
  });
  if (endpoint->ip.empty()) endpoint->ip = ipv6;
  return parsed;
}

}  // namespace spanhound::wire
