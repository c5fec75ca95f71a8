// A filter over the values of one column in one row group: "maybe there" or "surely not". An xor
// filter (Graf, Lemire 2019) of eight bits a fingerprint: 9.9 bits a distinct value, one lookup in
// 256 answers "maybe" in vain. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spanhound::store {

// `hashes`: of the values (Checksum64); any number, repetitions are fine.
void AppendValueFilter(std::string& out, std::vector<uint64_t> hashes);

// `filter`: all bytes AppendValueFilter wrote. Damaged ones answer anything, never crash.
bool FilterMayHold(std::string_view filter, uint64_t hash);

}  // namespace spanhound::store
