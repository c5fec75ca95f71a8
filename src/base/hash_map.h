// The hash map and set of this tree: open addressing, heterogeneous look-up of strings by view.
// The only place that names the library behind it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace spanhound {

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <typename Key, typename Value, typename Hash = boost::hash<Key>,
          typename Equal = std::equal_to<Key>>
using HashMap = boost::unordered_flat_map<Key, Value, Hash, Equal>;
template <typename Key, typename Hash = boost::hash<Key>, typename Equal = std::equal_to<Key>>
using HashSet = boost::unordered_flat_set<Key, Hash, Equal>;

template <typename Value>
using StringMap = HashMap<std::string, Value, StringHash, std::equal_to<>>;
using StringSet = HashSet<std::string, StringHash, std::equal_to<>>;

}  // namespace spanhound
