#include <spdlog/logger.h>

#include <string_view>
#include <utility>

#include "spanhound/log.h"
#include "spanhound/log_ids.h"

namespace spanhound::sdk {
namespace {

void Append(spdlog::memory_buf_t* out, std::string_view text) {
  out->append(text.data(), text.data() + text.size());
}

// Runs where the message is logged, which `inner_` may not.
class TraceIdLogger : public spdlog::logger {
 public:
  explicit TraceIdLogger(std::shared_ptr<spdlog::logger> inner)
      : spdlog::logger(inner->name()), inner_(std::move(inner)) {
    set_level(inner_->level());
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const LogIds& ids = CurrentLogIds();
    spdlog::memory_buf_t text;  // on the stack unless the message is long
    Append(&text, {message.payload.data(), message.payload.size()});
    if (ids.has_span()) {
      Append(&text, " trace_id=");
      Append(&text, ids.trace_id_hex());
      Append(&text, " span_id=");
      Append(&text, ids.span_id_hex());
      if (const std::string_view parent = ids.pspan_id_hex(); !parent.empty()) {
        Append(&text, " pspan_id=");
        Append(&text, parent);
      }
    }
    inner_->log(message.time, message.source, message.level,
                spdlog::string_view_t(text.data(), text.size()));
  }
  void flush_() override { inner_->flush(); }

 private:
  const std::shared_ptr<spdlog::logger> inner_;
};

}  // namespace

std::shared_ptr<spdlog::logger> WithTraceIds(std::shared_ptr<spdlog::logger> logger) {
  return std::make_shared<TraceIdLogger>(std::move(logger));
}

}  // namespace spanhound::sdk
