// ScanPlacesTest: the base of tests that scan a store whose rows lie in its head, in blocks, in
// both, or in a log that was read back.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "store/engine.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {

// Where the rows lie while they are scanned; the answers must not depend on it.
enum class Place { kHead, kBlocks, kMixed, kReopenedLog };

inline auto AllPlaces() {
  return testing::Values(Place::kHead, Place::kBlocks, Place::kMixed, Place::kReopenedLog);
}

inline std::string NameOfPlace(const testing::TestParamInfo<Place>& info) {
  switch (info.param) {
    case Place::kHead: return "Head";
    case Place::kBlocks: return "Blocks";
    case Place::kMixed: return "Mixed";
    default: return "ReopenedLog";
  }
}

class ScanPlacesTest : public testing::TestWithParam<Place> {
 protected:
  void SetUp() override { Open(); }

  void Open(size_t row_group_rows = 4) {
    store_.reset();
    auto store =
        Engine::Open({.directory = "/data"}, files_, SystemClock(), metrics_, row_group_rows);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = std::move(store).value();
  }

  template <typename Batch>
  void Append(Batch batch) {
    ASSERT_TRUE(AppendAndWait(*store_, std::move(batch)).ok());
    const bool flushes =
        GetParam() == Place::kBlocks || (GetParam() == Place::kMixed && append_count_ % 2 == 0);
    if (flushes) {
      ASSERT_TRUE(store_->Flush().ok());
    }
    if (GetParam() == Place::kReopenedLog) Open();
    ++append_count_;
  }

  std::vector<std::string> Scan(ScanRequest request) { return ScanRows(*store_, request); }

  // One page, and the request for the next one.
  std::vector<std::string> ScanPage(ScanRequest* request) {
    auto stream = store_->Scan(*request);
    if (!stream.ok()) return {stream.status().ToString()};
    std::vector<std::string> rows = RowsOfStream(**stream);
    request->after = (*stream)->position();
    return rows;
  }

  Code CodeOf(ScanRequest request) { return store_->Scan(std::move(request)).status().code(); }

  MemoryFileSystem files_;
  Metrics metrics_;
  std::unique_ptr<Engine> store_;
  int append_count_ = 0;
};

}  // namespace spanhound::store
