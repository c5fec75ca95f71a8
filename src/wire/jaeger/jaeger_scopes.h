// JaegerScopes: the scopes of a batch whose spans name theirs in tags. One thread. Internal to
// wire.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "model/resource.h"
#include "wire/decode_memory.h"

namespace spanhound::wire {

class JaegerScopes {
 public:
  // Both outlive this.
  JaegerScopes(DecodeMemory& memory, std::vector<model::Scope>& scopes)
      : memory_(memory), scopes_(scopes) {}

  // False when the batch is over its memory.
  bool IndexOf(std::string_view name, std::string_view version, uint32_t* index) {
    // Spans of one scope mostly come together.
    const bool is_same =
        last_ < scopes_.size() && scopes_[last_].name == name && scopes_[last_].version == version;
    if (!is_same && !Find(name, version)) return false;
    *index = last_;
    return true;
  }

 private:
  bool Find(std::string_view name, std::string_view version) {
    const auto [entry, is_new] =
        indexes_.try_emplace({name, version}, static_cast<uint32_t>(scopes_.size()));
    last_ = entry->second;
    if (!is_new) return true;
    if (!memory_.Take(sizeof(model::Scope) + sizeof *entry)) return false;
    model::Scope& scope = scopes_.emplace_back();
    scope.name = name;
    scope.version = version;
    return true;
  }

  DecodeMemory& memory_;
  std::vector<model::Scope>& scopes_;
  HashMap<std::pair<std::string_view, std::string_view>, uint32_t> indexes_;
  uint32_t last_ = 0;  // of the span before
};

}  // namespace spanhound::wire
