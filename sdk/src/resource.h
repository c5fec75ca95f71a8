// What the records of this process are about: service, process, host, container, pod.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "environment.h"

namespace spanhound::sdk {

struct Resource {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::int64_t> numbers;
  bool instance_is_told = false;  // service.instance.id comes from the user
};

// Everything the machine tells; what the user says goes on top.
Resource DetectResource(const Environment& environment);

// Sets what differs in every process, also after fork(): process.pid, service.instance.id.
void SetProcessIdentity(Resource* resource);

// The content of OTLP's Resource message.
std::string EncodeResource(const Resource& resource);

}  // namespace spanhound::sdk
