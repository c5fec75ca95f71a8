#include "spanhound/log_adapter.h"

#include "logger_registry.h"

namespace spanhound::sdk {

std::string FormatLogLine(const LogRecord& record) {
  return CurrentLogger().Render(record, CurrentLogIds());
}

void ExportLog(const LogRecord& record) { CurrentLogger().Export(record, CurrentLogIds()); }

}  // namespace spanhound::sdk
