#include "store/block/trace_index.h"

#include <algorithm>

#include "base/checksum.h"
#include "store/encoding/planes.h"

namespace spanhound::store {
namespace {

// About 4 kB a page.
constexpr size_t kPageEntries = 1024;

uint32_t FingerprintOf(const model::TraceId& id) {
  return static_cast<uint32_t>(Checksum64(id.view()));
}

uint32_t FingerprintOf(uint64_t entry) { return static_cast<uint32_t>(entry >> 32); }

std::string EncodePage(std::span<const uint64_t> entries) {
  std::vector<uint64_t> distances;  // of fingerprints
  std::vector<uint64_t> groups;
  uint32_t last = FingerprintOf(entries.front());
  for (uint64_t entry : entries) {
    distances.push_back(FingerprintOf(entry) - last);
    groups.push_back(entry & UINT32_MAX);
    last = FingerprintOf(entry);
  }
  std::string page;
  AppendPlanes(page, distances);
  AppendPlanes(page, groups);
  return page;
}

}  // namespace

void TraceIndexBuilder::AddGroup(uint32_t group, const std::vector<model::TraceId>& ids) {
  const model::TraceId* last = nullptr;
  for (const model::TraceId& id : ids) {
    if (id.is_zero() || (last != nullptr && *last == id)) continue;
    last = &id;
    entries_.push_back(uint64_t{FingerprintOf(id)} << 32 | group);
  }
}

std::vector<uint64_t> TraceIndexBuilder::SortedEntries() && {
  std::ranges::sort(entries_);
  entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
  return std::move(entries_);
}

Result<std::vector<IndexPage>> TraceIndexBuilder::Write(SectionWriter& out) && {
  const std::vector<uint64_t> sorted = std::move(*this).SortedEntries();
  std::vector<IndexPage> pages;
  for (size_t first = 0; first < sorted.size(); first += kPageEntries) {
    const size_t count = std::min(kPageEntries, sorted.size() - first);
    const std::span<const uint64_t> entries = std::span(sorted).subspan(first, count);
    ASSIGN_OR_RETURN(const SectionRef section, out.Append(EncodePage(entries)));
    pages.push_back({FingerprintOf(entries.front()), static_cast<uint32_t>(count), section});
  }
  return pages;
}

Result<std::shared_ptr<const IndexPageEntries>> ReadIndexPage(const RandomAccessFile& file,
                                                              const IndexPage& page) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadSection(file, page.section));
  ByteReader in(bytes);
  std::vector<uint64_t> distances;
  std::vector<uint64_t> groups;
  if (page.entry_count > kPageEntries || !ReadPlanes(in, page.entry_count, &distances) ||
      !ReadPlanes(in, page.entry_count, &groups)) {
    return DataLoss("a page of the trace index is damaged");
  }
  auto read = std::make_shared<IndexPageEntries>();
  read->entries.resize(page.entry_count);
  uint64_t fingerprint = page.first_fingerprint;
  for (size_t i = 0; i < read->entries.size(); ++i) {
    fingerprint += distances[i];
    if (fingerprint > UINT32_MAX || groups[i] > UINT32_MAX) {
      return DataLoss("a page of the trace index is damaged");
    }
    read->entries[i] = fingerprint << 32 | groups[i];
  }
  return std::shared_ptr<const IndexPageEntries>(std::move(read));
}

Result<std::vector<uint64_t>> ReadTraceIndex(const RandomAccessFile& file,
                                             const std::vector<IndexPage>& pages) {
  std::vector<uint64_t> all;
  for (const IndexPage& page : pages) {
    ASSIGN_OR_RETURN(const auto read, ReadIndexPage(file, page));
    all.insert(all.end(), read->entries.begin(), read->entries.end());
  }
  return all;
}

Result<std::vector<uint32_t>> FindTrace(const std::vector<IndexPage>& pages, const PageSource& read,
                                        const model::TraceId& id) {
  const uint32_t fingerprint = FingerprintOf(id);
  // Entries start in the last page that begins below the fingerprint, or in the next.
  auto page = std::ranges::lower_bound(pages, fingerprint, {}, &IndexPage::first_fingerprint);
  if (page != pages.begin()) --page;
  std::vector<uint32_t> groups;
  for (; page != pages.end() && page->first_fingerprint <= fingerprint; ++page) {
    ASSIGN_OR_RETURN(const auto found, read(static_cast<size_t>(page - pages.begin())));
    const std::vector<uint64_t>& entries = found->entries;
    auto at = std::ranges::lower_bound(entries, uint64_t{fingerprint} << 32);
    for (; at != entries.end() && FingerprintOf(*at) == fingerprint; ++at) {
      groups.push_back(static_cast<uint32_t>(*at));
    }
  }
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

}  // namespace spanhound::store
