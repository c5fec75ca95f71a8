// Any bytes, as a stream of messages, as a PING and as entries: decode or refuse; the end of a
// message is the same however the bytes arrive, and what was decoded can be read.
#include <algorithm>
#include <cstdint>
#include <string>

#include "wire/logs/fluent_forward.h"
#include "wire/testing/reencode.h"

namespace {

using namespace spanhound::wire;

void AddMessage(std::string_view bytes, FluentRecords& records) {
  const auto message = ParseFluentMessage(bytes);
  if (message.ok()) CHECK(records.Add(*message, message->entries).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  MsgpackFramer whole, pieces;
  const auto found = whole.Find(bytes);
  auto found_in_pieces = MsgpackFramer::Found::kMore;
  for (size_t n = 1; n <= size && found_in_pieces == MsgpackFramer::Found::kMore; ++n) {
    found_in_pieces = pieces.Find(bytes.substr(0, n));
  }
  if (size > 0) CHECK(found_in_pieces == found);
  Decoded<spanhound::model::LogBatch> decoded;
  FluentRecords records({}, 1, &decoded);
  if (found == MsgpackFramer::Found::kValue) {
    CHECK(whole.size() == pieces.size() && whole.size() <= size);
    MsgpackReader reader(bytes);
    CHECK(reader.Skip(1) && reader.rest().size() == size - whole.size());
    AddMessage(bytes.substr(0, whole.size()), records);
    [[maybe_unused]] const bool is_ping = ParseFluentPing(bytes.substr(0, whole.size())).ok();
  }
  FluentMessage entries;
  entries.tag = "t";
  CHECK(records.Add(entries, bytes).ok());
  CheckReencodes(decoded.batch);
  return 0;
}
