// AckedLog: the trace ids a server has acknowledged, in hex, a line each. One append per request
// with O_APPEND, so that the log is right whatever is killed, the server or this process. Any
// thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/ids.h"

namespace spanhound::load {

class AckedLog {
 public:
  static Result<std::unique_ptr<AckedLog>> Open(const std::string& path);
  ~AckedLog();
  AckedLog(const AckedLog&) = delete;
  AckedLog& operator=(const AckedLog&) = delete;

  // A write that fails is reported on stderr: a log that lacks ids makes a test weaker, not wrong.
  void Append(const std::vector<model::TraceId>& trace_ids);

 private:
  explicit AckedLog(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace spanhound::load
