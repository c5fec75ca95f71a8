// A finished span or log record on its way out: already in OTLP's wire format, so that export is
// concatenation.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::sdk {

// Who recorded it.
struct Scope {
  std::string name;
  std::string version;
  std::string schema_url;

  auto operator<=>(const Scope&) const = default;
};

// Names come from code, yet some programs build them from data; all further ones share a scope of
// no name.
inline constexpr std::size_t kScopesMax = 4096;

// The one copy of it, which lives until the process ends: records point to it, and may be finished
// after everything else is gone. Threads: any.
const Scope* InternScope(const Scope& scope);

// A view: whoever keeps a record copies its bytes.
struct EncodedRecord {
  const Scope* scope = nullptr;
  std::string_view bytes = {};  // the content of an OTLP Span or LogRecord
};

// Where records go when they are finished. Threads: any. Never blocks and never fails: what cannot
// be taken is counted and gone.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // The bytes need not stay.
  virtual void Add(const EncodedRecord& record) noexcept = 0;
  // Everything added so far has been exported, or given up; false when `microseconds` were too few.
  virtual bool Flush(std::uint64_t microseconds) noexcept = 0;
};

}  // namespace spanhound::sdk
