// Any text: decode or refuse, as traces and as logs. What was decoded must survive the protobuf
// encoding, which shares no code with the JSON decoder.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/otlp/otlp.h"
#include "wire/otlp/otlp_json.h"
#include "wire/testing/batch_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (auto traces = DecodeOtlpTracesJson(text, {}); traces.ok()) {
    auto again = DecodeOtlpTraces(EncodeOtlpTraces(traces->batch), {});
    CHECK(again.ok());
    CHECK(BatchText(again->batch) == BatchText(traces->batch));
  }
  if (auto logs = DecodeOtlpLogsJson(text, {}); logs.ok()) {
    auto again = DecodeOtlpLogs(EncodeOtlpLogs(logs->batch), {});
    CHECK(again.ok());
    CHECK(BatchText(again->batch) == BatchText(logs->batch));
  }
  return 0;
}
