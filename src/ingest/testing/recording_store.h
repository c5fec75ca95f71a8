// For tests of the doors: a store that keeps what it is given in memory and answers as it is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace spanhound::ingest {

class RecordingStore : public store::Store {
 public:
  Status append_status;        // the answer to every append
  bool answers_later = false;  // then AnswerAll() gives the answers
  std::vector<model::SpanBatch> span_batches;
  std::vector<model::LogBatch> log_batches;

  void Append(model::SpanBatch batch, Done done) override {
    if (append_status.ok()) span_batches.push_back(std::move(batch));
    Answer(std::move(done));
  }
  void Append(model::LogBatch batch, Done done) override {
    if (append_status.ok()) log_batches.push_back(std::move(batch));
    Answer(std::move(done));
  }

  void AnswerAll() {
    for (Done& done : std::exchange(waiting_, {})) done(append_status);
  }

  Status Flush() override { return Status::Ok(); }
  Result<std::unique_ptr<store::ScanStream>> Scan(store::ScanRequest) override {
    return Unimplemented("a RecordingStore is not read");
  }
  Result<std::vector<store::GroupCount>> Count(store::CountRequest) override {
    return Unimplemented("a RecordingStore is not read");
  }
  Result<Listing<std::string>> Services(std::string_view) override {
    return Unimplemented("a RecordingStore is not read");
  }
  Result<Listing<store::OperationEntry>> Operations(std::string_view, std::string_view) override {
    return Unimplemented("a RecordingStore is not read");
  }
  Result<Listing<store::AttributeKeyEntry>> AttributeKeys(const store::AttributeRequest&) override {
    return Unimplemented("a RecordingStore is not read");
  }
  Result<Listing<store::AttributeValueEntry>> AttributeValues(
      const store::AttributeRequest&) override {
    return Unimplemented("a RecordingStore is not read");
  }

 private:
  void Answer(Done done) {
    if (answers_later) {
      waiting_.push_back(std::move(done));
    } else {
      done(append_status);
    }
  }

  std::vector<Done> waiting_;
};

}  // namespace spanhound::ingest
