// Acknowledged means stored, from the doors down to the disk: what was answered with success is
// there after the store was closed and opened again.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "base/clock.h"
#include "base/file.h"
#include "ingest/otlp_grpc.h"
#include "ingest/otlp_http.h"
#include "ingest/testing/requests.h"
#include "store/store.h"

namespace spanhound::ingest {
namespace {

class AcknowledgedTest : public ::testing::Test {
 protected:
  AcknowledgedTest() {
    std::string path = ::testing::TempDir() + "spanhound-ingest-XXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
  }
  ~AcknowledgedTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    store_.reset();
    store::StoreOptions options;
    options.directory = directory_ + "/data";
    auto store = store::Store::Open(options, PosixFileSystem(), SystemClock(), metrics_);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = std::move(store).value();
  }

  size_t RowCount(store::Table table) {
    store::ScanRequest request;
    request.table = table;
    request.columns = {{store::Field::kTraceId}};
    auto stream = store_->Scan(std::move(request));
    if (!stream.ok()) return 0;
    size_t count = 0;
    while (true) {
      auto batch = stream.value()->Next();
      if (!batch.ok() || !batch->has_value()) return count;
      count += batch.value()->row_count;
    }
  }

  std::string directory_;
  Metrics metrics_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(AcknowledgedTest, SurvivesReopeningTheStore) {
  Open();
  {
    Ingest ingest(*store_, metrics_);
    net::HttpRouter router(OtlpHttpErrors());
    AddOtlpHttpRoutes(router, ingest);
    std::promise<net::HttpResponse> http_reply;
    net::HttpRequest request;
    request.method = "POST";
    request.path = "/v1/traces";
    request.headers = {{"content-type", "application/x-protobuf"}};
    request.body = TracesBody(5, 1);
    router.Handle(std::move(request),
                  [&](net::HttpResponse response) { http_reply.set_value(std::move(response)); });
    EXPECT_EQ(http_reply.get_future().get().status, 200);
    EXPECT_EQ(RowCount(store::Table::kSpans), 5u);

    std::promise<net::GrpcReply> grpc_reply;
    net::GrpcRequest logs;
    logs.body = LogsBody(3);
    OtlpGrpcMethods(ingest)[1].second(
        std::move(logs), [&](net::GrpcReply reply) { grpc_reply.set_value(std::move(reply)); });
    EXPECT_TRUE(grpc_reply.get_future().get().status.ok());
    store_.reset();  // before Ingest, as the server does
  }
  Open();
  EXPECT_EQ(RowCount(store::Table::kSpans), 5u);
  EXPECT_EQ(RowCount(store::Table::kLogs), 3u);
}

}  // namespace
}  // namespace spanhound::ingest
