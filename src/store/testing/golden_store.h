// GoldenStore: a store that uses all there is in the formats of files, and the text forms in which
// one per format version lies in tests/format/: its files as a hex dump, its rows one a line. For
// tests only. One thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/hex.h"
#include "store/engine.h"
#include "store/testing/exact_rows.h"
#include "store/testing/manual_clock.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {

using GoldenFiles = std::map<std::string, std::string>;  // bytes by path below the directory

class GoldenStore {
 public:
  static constexpr char kDirectory[] = "/data";
  static constexpr const char* kTenants[] = {"acme", "default"};

  explicit GoldenStore(MemoryFileSystem& files) : files_(files) {}

  // A block made of two that were merged, for each tenant and table; blocks that were not; two
  // segments of the log. `is_large`: also more keys than a block has columns, and many row groups.
  void Write(bool is_large) {
    Open(2, 20);
    AppendRandom(1, 12);
    Append(RichSpans(3000));
    Flush();
    AppendRandom(13, 24);
    if (is_large) AppendRandom(1000, 2500);
    Flush();
    EXPECT_TRUE(engine_->Compact().ok());
    engine_.reset();
    Open(UINT32_MAX, 1000);
    Append(IrregularSpans());
    if (is_large) Append(ManyKeys());
    Flush();
    AppendRandom(25, 27);
    Append(SteadySpans());
    engine_.reset();
    Open(UINT32_MAX, 1000);
    AppendRandom(28, 30);
    engine_.reset();
  }

  // Every row of a store, escaped, sorted; each behind its tenant and table.
  static std::vector<std::string> RowLines(ScanSource& store) {
    std::vector<std::string> lines;
    for (const char* tenant : kTenants) {
      for (Table table : {Table::kLogs, Table::kSpans}) {
        ScanRequest request;
        request.tenant = tenant;
        request.table = table;
        const auto rows = ScanExactRows(store, std::move(request));
        EXPECT_TRUE(rows.ok()) << rows.status().ToString();
        if (!rows.ok()) return {};
        const std::string start =
            std::string(tenant) + (table == Table::kSpans ? " spans " : " logs ");
        for (const std::string& row : *rows) lines.push_back(start + Escaped(row));
      }
    }
    std::ranges::sort(lines);
    return lines;
  }

  // What is not printable ASCII, and the backslash, as \xNN.
  static std::string Escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
      if (c >= ' ' && c <= '~' && c != '\\') {
        out.push_back(c);
      } else {
        out += "\\x";
        AppendHex(out, {&c, 1});
      }
    }
    return out;
  }

  static GoldenFiles FilesOf(MemoryFileSystem& files) {
    GoldenFiles golden;
    for (const std::string& path : files.Paths()) {
      golden[path.substr(std::strlen(kDirectory) + 1)] = files.Bytes(path);
    }
    return golden;
  }

  // "file PATH", then lines of an offset and up to 32 bytes; lines that start with # say something.
  static std::string Dump(const GoldenFiles& files) {
    std::string out = "# See tests/format/README.md.\n";
    for (const auto& [path, bytes] : files) {
      out += "\nfile " + path + "\n";
      for (size_t offset = 0; offset < bytes.size(); offset += kLineBytes) {
        char start[32];
        std::snprintf(start, sizeof(start), "%06zx ", offset);
        out += start + ToHex(std::string_view(bytes).substr(offset, kLineBytes)) + "\n";
      }
    }
    return out;
  }
  static GoldenFiles ParseDump(std::string_view text) {
    GoldenFiles files;
    std::string* bytes = nullptr;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line[0] == '#') continue;
      if (line.starts_with("file ")) {
        bytes = &files[line.substr(5)];
        continue;
      }
      std::istringstream fields(line);
      std::string offset, hex;
      fields >> offset >> hex;
      const size_t old_size = bytes->size();
      EXPECT_EQ(std::stoul(offset, nullptr, 16), old_size) << line;
      bytes->resize(old_size + hex.size() / 2);
      EXPECT_TRUE(
          FromHex(hex, reinterpret_cast<uint8_t*>(bytes->data()) + old_size, hex.size() / 2))
          << line;
    }
    return files;
  }

 private:
  static constexpr size_t kLineBytes = 32;
  static constexpr uint64_t kNow = 1'700'000'000'000'000'000;

  void Open(uint32_t compact_inputs_min, size_t row_group_rows) {
    StoreOptions options;
    options.directory = kDirectory;
    options.compact_inputs_min = compact_inputs_min;
    auto engine = Engine::Open(options, files_, clock_, metrics_, row_group_rows);
    ASSERT_TRUE(engine.ok()) << engine.status().ToString();
    engine_ = std::move(engine).value();
  }
  void Flush() { EXPECT_TRUE(engine_->Flush().ok()); }
  void Append(auto batch) {
    clock_.Advance(1'000'000);
    EXPECT_TRUE(AppendAndWait(*engine_, std::move(batch)).ok());
  }

  // Every third batch has logs, every fifth is of the other tenant.
  void AppendRandom(uint64_t first, uint64_t last) {
    for (uint64_t number = first; number <= last; ++number) {
      const std::string tenant = number % 5 == 0 ? "acme" : "default";
      RandomBatch batch(number, kNow);
      if (number % 3 == 0) {
        Append(batch.Logs(tenant));
      } else {
        Append(batch.Spans(tenant));
      }
    }
  }

  // More kinds of attribute lists than a row group has shapes, keys that every second row has and
  // rare ones, and a dictionary of more entries than a byte has values.
  static model::SpanBatch IrregularSpans() {
    SpanBatchBuilder builder;
    builder.Service("irregular");
    for (uint64_t i = 0; i < 640; ++i) {
      model::Span& span = builder.Add(5000 + i / 8, 5000 + i, i % 3 == 0 ? "read" : "write",
                                      kNow + i * 1'000'000, 1000 * (i % 97));
      std::vector<std::pair<std::string, model::AttributeValue>> attributes;
      attributes.emplace_back("user", model::AttributeValue::String(
                                          builder.Text("user-" + std::to_string(i * 7919 % 300))));
      for (uint64_t key = 0; key < 10; ++key) {
        if ((i * 2654435761u >> key & 1) == 0) continue;
        attributes.emplace_back("k" + std::to_string(key), model::AttributeValue::Bool(true));
      }
      if (i % 50 == 7) attributes.emplace_back("rare", model::AttributeValue::Int(-5));
      auto list = builder.batch().memory.arena().AllocateArray<model::Attribute>(attributes.size());
      for (size_t at = 0; at < attributes.size(); ++at) {
        new (&list[at]) model::Attribute{builder.Text(attributes[at].first), attributes[at].second};
      }
      span.attributes = list;
      if (i % 8 != 0) span.parent_span_id = IdOf<model::SpanId>(5000 + i - 1);
    }
    return builder.Take();
  }

  // Times that go up in steps.
  static model::SpanBatch SteadySpans() {
    SpanBatchBuilder builder;
    builder.Service("steady");
    for (uint64_t i = 0; i < 50; ++i) builder.Add(8000, 8000 + i, "step", kNow + i * 1'000'000, 50);
    return builder.Take();
  }

  // More keys than a block has columns.
  static model::SpanBatch ManyKeys() {
    SpanBatchBuilder builder;
    builder.Service("many keys");
    for (uint64_t i = 0; i < 30; ++i) {
      model::Span& span = builder.Add(9000 + i, 9000 + i, "keys", kNow + i, 10'000);
      auto list = builder.batch().memory.arena().AllocateArray<model::Attribute>(50);
      for (uint64_t at = 0; at < list.size(); ++at) {
        new (&list[at]) model::Attribute{builder.Text("key-" + std::to_string(i * 40 + at)),
                                         model::AttributeValue::Int(static_cast<int64_t>(at))};
      }
      span.attributes = list;
    }
    return builder.Take();
  }

  MemoryFileSystem& files_;
  ManualClock clock_;
  Metrics metrics_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace spanhound::store
