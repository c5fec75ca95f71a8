// How fast the store takes spans and finds a trace. The rate is per CPU second of the whole
// process, so that group commit and background work count. Data: 10 spans a trace, 11 attributes
// a span, values drawn from a thousand: the shape of Jaeger's own benchmark with random values.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

#include "store/columns/batch_columns.h"
#include "store/compact/merge_blocks.h"
#include "store/engine.h"
#include "store/testing/test_data.h"
#include "store/wal/wal_record.h"

namespace spanhound::store {
namespace {

constexpr int kSpansPerTrace = 10;
constexpr int kAttributes = 11;

uint64_t TraceNumber(uint64_t trace) { return trace * 0x9e3779b97f4a7c15u; }

model::SpanBatch MakeBatch(uint64_t first_trace, size_t span_count) {
  SpanBatchBuilder batch;
  SeededRandom random(first_trace);
  batch.Service("frontend");
  Arena& arena = batch.batch().memory.arena();
  for (size_t i = 0; i < span_count; ++i) {
    const uint64_t trace = first_trace + i / kSpansPerTrace;
    model::Span& span = batch.Add(
        TraceNumber(trace), random.Next(), "operation-" + std::to_string(i % kSpansPerTrace),
        1'700'000'000'000'000'000 + trace * 1'000'000 + random.Below(50'000),
        random.Below(10'000'000));
    if (i % kSpansPerTrace != 0) {
      span.parent_span_id = batch.batch().spans[i - i % kSpansPerTrace].span_id;
    }
    auto attributes = arena.AllocateArray<model::Attribute>(kAttributes);
    for (int k = 0; k < kAttributes; ++k) {
      const std::string value = "value-" + std::to_string(random.Below(1000));
      new (&attributes[k])
          model::Attribute{batch.Text("attribute.key." + std::to_string(random.Below(97))),
                           model::AttributeValue::String(batch.Text(value))};
    }
    span.attributes = attributes;
  }
  return batch.Take();
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = std::filesystem::temp_directory_path() / "spanhound-bench-XXXXXX";
    path_ = ::mkdtemp(path.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Columns and log record only: what runs on the caller's thread.
void BM_EncodeBatch(benchmark::State& state) {
  const size_t span_count = static_cast<size_t>(state.range(0));
  uint64_t trace = 1;
  uint64_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    model::SpanBatch batch = MakeBatch(trace += span_count, span_count);
    state.ResumeTiming();
    const auto chunk = ChunkOf(batch);
    bytes += EncodeWalRecord(**chunk)->size();
  }
  const double spans = static_cast<double>(state.iterations()) * static_cast<double>(span_count);
  state.counters["spans/s"] = benchmark::Counter(spans, benchmark::Counter::kIsRate);
  state.counters["log_bytes/span"] = static_cast<double>(bytes) / spans;
}
BENCHMARK(BM_EncodeBatch)->Arg(1)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

// From batch to acknowledged and, flushed at the end, to blocks. Batches are made beforehand.
void BM_AppendAndFlush(benchmark::State& state) {
  constexpr size_t kSpans = 200'000;
  const size_t span_count = static_cast<size_t>(state.range(0));
  double cpu_seconds = 0;
  uint64_t block_bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    TemporaryDirectory directory;
    Metrics metrics;
    auto store = Engine::Open({.directory = directory.path(), .head_bytes_max = uint64_t{4} << 30},
                              PosixFileSystem(), SystemClock(), metrics)
                     .value();
    std::vector<model::SpanBatch> batches;
    for (size_t i = 0; i < kSpans; i += span_count) batches.push_back(MakeBatch(i, span_count));
    const double before = CpuSeconds();
    state.ResumeTiming();
    std::atomic<size_t> failed = 0;
    for (model::SpanBatch& batch : batches) {
      store->Append(std::move(batch), [&failed](const Status& status) { failed += !status.ok(); });
    }
    const Status flushed = store->Flush();
    state.PauseTiming();
    cpu_seconds += CpuSeconds() - before;
    if (!flushed.ok() || failed > 0) {
      state.SkipWithError(("append or flush failed: " + flushed.ToString()).c_str());
      break;
    }
    for (const auto& file : std::filesystem::directory_iterator(directory.path() + "/blocks")) {
      block_bytes += file.file_size();
    }
    store.reset();
    state.ResumeTiming();
  }
  const double spans = static_cast<double>(state.iterations()) * kSpans;
  state.counters["spans/cpu_s"] = spans / cpu_seconds;
  state.counters["block_bytes/span"] = static_cast<double>(block_bytes) / spans;
}
BENCHMARK(BM_AppendAndFlush)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

// Eight blocks into one; rows per CPU second say what rewriting costs beside ingest.
void BM_MergeBlocks(benchmark::State& state) {
  constexpr size_t kBlocks = 8;
  constexpr size_t kBlockSpans = 25'000;
  TemporaryDirectory directory;
  FileSystem& files = PosixFileSystem();
  std::vector<BlockPtr> blocks;
  for (size_t i = 0; i < kBlocks; ++i) {
    const std::string path = directory.path() + "/" + std::to_string(i);
    const std::vector<ChunkPtr> chunks = {
        *ChunkOf(MakeBatch(i * kBlockSpans / kSpansPerTrace, kBlockSpans))};
    auto file = files.Create(path).value();
    if (!WriteBlock(*file, chunks).ok()) state.SkipWithError("write failed");
    blocks.push_back(*BlockReader::Open(files, path));
  }
  const std::atomic<bool> cancelled = false;
  uint64_t bytes = 0;
  const double before = CpuSeconds();
  for (auto _ : state) {
    auto file = files.Create(directory.path() + "/merged").value();
    const auto merged = MergeBlocks(*file, blocks, kRowGroupRows, cancelled);
    if (!merged.ok()) state.SkipWithError("merge failed");
    bytes = merged->file_bytes;
  }
  const double rows = static_cast<double>(state.iterations()) * kBlocks * kBlockSpans;
  state.counters["rows/cpu_s"] = rows / (CpuSeconds() - before);
  state.counters["block_bytes/span"] = static_cast<double>(bytes) / (kBlocks * kBlockSpans);
}
BENCHMARK(BM_MergeBlocks)->Unit(benchmark::kMillisecond);

// A whole trace by its id out of blocks; state.range(0): 1 if the trace exists.
void BM_TraceById(benchmark::State& state) {
  constexpr size_t kSpans = 200'000;
  TemporaryDirectory directory;
  Metrics metrics;
  auto store =
      Engine::Open({.directory = directory.path()}, PosixFileSystem(), SystemClock(), metrics)
          .value();
  for (size_t i = 0; i < kSpans; i += 1000) {
    (void)AppendAndWait(*store, MakeBatch(i / kSpansPerTrace, 1000));
  }
  if (!store->Flush().ok()) state.SkipWithError("flush failed");
  SeededRandom random(3);
  for (auto _ : state) {
    uint64_t trace = random.Below(kSpans / kSpansPerTrace);
    if (state.range(0) == 0) trace += kSpans;
    ScanRequest request;
    const auto id = IdOf<model::TraceId>(TraceNumber(trace));
    request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual, std::string(id.view()));
    for (const StoredColumn& column : StoredColumns(Table::kSpans)) {
      request.columns.push_back({column.field});
    }
    auto stream = store->Scan(std::move(request));
    auto batch = (*stream)->Next();
    const size_t rows = *batch ? (*batch)->row_count : 0;
    if (rows != (state.range(0) == 0 ? 0 : kSpansPerTrace)) state.SkipWithError("wrong answer");
  }
}
BENCHMARK(BM_TraceById)->Arg(1)->Arg(0)->Unit(benchmark::kMicrosecond);

// The newest 10 spans with one attribute value, out of blocks (state.range(1)) or a head of batches
// of state.range(0) spans.
void BM_NewestByAttribute(benchmark::State& state) {
  constexpr size_t kSpans = 200'000;
  TemporaryDirectory directory;
  Metrics metrics;
  const size_t batch_spans = static_cast<size_t>(state.range(0));
  auto store = Engine::Open({.directory = directory.path(),
                             .flush_bytes = uint64_t{1} << 30,
                             .head_bytes_max = uint64_t{4} << 30},
                            PosixFileSystem(), SystemClock(), metrics)
                   .value();
  for (size_t i = 0; i < kSpans; i += batch_spans) {
    (void)AppendAndWait(*store, MakeBatch(i / kSpansPerTrace, batch_spans));
  }
  if (state.range(1) != 0 && !store->Flush().ok()) state.SkipWithError("flush failed");
  for (auto _ : state) {
    ScanRequest request;
    request.filter = Predicate::Compare({Field::kAttribute, "attribute.key.7"}, Op::kEqual,
                                        std::string("value-7"));
    request.columns = {{Field::kTraceId}, {Field::kName}, {Field::kTime}, {Field::kDuration}};
    request.order = Order::kNewestFirst;
    request.limit = 10;
    auto stream = store->Scan(std::move(request));
    auto batch = (*stream)->Next();
    if (!*batch || (*batch)->row_count != 10) state.SkipWithError("wrong answer");
  }
}
BENCHMARK(BM_NewestByAttribute)
    ->Args({1000, 1})
    ->Args({5000, 0})
    ->Args({500, 0})
    ->Args({100, 0})
    ->Unit(benchmark::kMicrosecond);

// Half a million spans in blocks, scanned by so many threads as state.range(0) says.
std::unique_ptr<Engine> BlocksToScan(benchmark::State& state, const std::string& directory,
                                     Metrics& metrics) {
  constexpr size_t kSpans = 500'000;
  auto store =
      Engine::Open({.directory = directory, .scan_threads = static_cast<uint32_t>(state.range(0))},
                   PosixFileSystem(), SystemClock(), metrics)
          .value();
  for (size_t i = 0; i < kSpans; i += 1000) {
    (void)AppendAndWait(*store, MakeBatch(i / kSpansPerTrace, 1000));
  }
  if (!store->Flush().ok()) state.SkipWithError("flush failed");
  return store;
}

ScanRequest RequestNothing(Order order) {
  ScanRequest request;
  request.filter = Predicate::Compare({Field::kAttribute, "attribute.key.7"}, Op::kMatches,
                                      std::string("^no such value$"));
  request.columns = {{Field::kName}};
  request.order = order;
  return request;
}

// Filters every row and finds none; state.range(1): the order.
void BM_ScanForNothing(benchmark::State& state) {
  TemporaryDirectory directory;
  Metrics metrics;
  const auto store = BlocksToScan(state, directory.path(), metrics);
  for (auto _ : state) {
    auto stream = store->Scan(RequestNothing(static_cast<Order>(state.range(1))));
    auto batch = (*stream)->Next();
    if (!batch.ok() || batch->has_value()) state.SkipWithError("wrong answer");
  }
}
BENCHMARK(BM_ScanForNothing)
    ->ArgsProduct({{1, 2}, {static_cast<int>(Order::kNone), static_cast<int>(Order::kNewestFirst)}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Every row with all of its columns, as an export would read it.
void BM_ScanEverything(benchmark::State& state) {
  TemporaryDirectory directory;
  Metrics metrics;
  const auto store = BlocksToScan(state, directory.path(), metrics);
  for (auto _ : state) {
    ScanRequest request;
    for (const StoredColumn& column : StoredColumns(Table::kSpans)) {
      request.columns.push_back({column.field});
    }
    auto stream = store->Scan(std::move(request));
    size_t rows = 0;
    for (auto batch = (*stream)->Next(); batch.ok() && *batch; batch = (*stream)->Next()) {
      rows += (*batch)->row_count;
    }
    if (rows != 500'000) state.SkipWithError("wrong answer");
  }
}
BENCHMARK(BM_ScanEverything)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

// state.range(1): 0 by service, out of footers; 1 by status; 2 by an attribute.
void BM_Count(benchmark::State& state) {
  TemporaryDirectory directory;
  Metrics metrics;
  const auto store = BlocksToScan(state, directory.path(), metrics);
  const Column columns[] = {
      {Field::kServiceName}, {Field::kStatusCode}, {Field::kAttribute, "attribute.key.7"}};
  for (auto _ : state) {
    CountRequest request;
    request.group_by = columns[state.range(1)];
    const auto groups = store->Count(std::move(request));
    if (!groups.ok() || groups->empty()) state.SkipWithError("wrong answer");
  }
}
BENCHMARK(BM_Count)->ArgsProduct({{1, 2}, {0, 1, 2}})->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spanhound::store
