#include "resource.h"

#include <unistd.h>

#include "attribute_writer.h"
#include "container.h"
#include "host.h"
#include "sdk_version.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

Resource DetectResource(const Environment& environment) {
  Resource resource;
  const auto add = [&](const std::map<std::string, std::string>& attributes) {
    for (const auto& [key, value] : attributes) resource.texts[key] = value;
  };
  add(HostAttributes());
  add(ProcessAttributes());
  add(ContainerAttributes("/"));
  add(KubernetesAttributes("/", environment));
  add({{"telemetry.sdk.name", "spanhound"},
       {"telemetry.sdk.language", "cpp"},
       {"telemetry.sdk.version", kSdkVersion}});
  return resource;
}

void SetProcessIdentity(Resource* resource) {
  resource->numbers["process.pid"] = getpid();
  if (!resource->instance_is_told) resource->texts["service.instance.id"] = RandomUuid();
}

std::string EncodeResource(const Resource& resource) {
  constexpr unsigned kAttributes = 1;
  ByteBuffer bytes;
  for (const auto& [key, value] : resource.texts) {
    AppendAttribute(&bytes, kAttributes, key, ToOtel(value));
  }
  for (const auto& [key, value] : resource.numbers) {
    AppendAttribute(&bytes, kAttributes, key, value);
  }
  return std::string(bytes.view());
}

}  // namespace spanhound::sdk
