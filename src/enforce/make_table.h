// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>
#include <vector>

#include "enforce/map_access.h"

// New BPF maps with what they are to hold, to be put into the place of others.
namespace picket::enforce {

inline Result<UniqueFd> make_table(bpf_map_type type, uint32_t key, uint32_t value, size_t entries,
                                   uint32_t flags) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = flags);
  const auto count = static_cast<uint32_t>(std::max<size_t>(entries, 1));
  UniqueFd map(bpf_map_create(type, "picket_fw", key, value, count, &options));
  if (!map) return system_failure("make a table of the firewall");
  return map;
}

template <typename Key, typename Value>
Result<UniqueFd> make_filled(bpf_map_type type, const std::vector<std::pair<Key, Value>>& entries,
                             uint32_t flags) {
  TRY_ASSIGN(UniqueFd map, make_table(type, sizeof(Key), sizeof(Value), entries.size(), flags));
  std::vector<Key> keys;
  std::vector<Value> values;
  for (const auto& [key, value] : entries) keys.push_back(key), values.push_back(value);
  TRY(put_all(map.get(), keys, values));
  return map;
}

template <typename Value>
Result<UniqueFd> make_array(const std::vector<Value>& values) {
  TRY_ASSIGN(UniqueFd map, make_table(BPF_MAP_TYPE_ARRAY, sizeof(uint32_t), sizeof(Value),
                                      values.size(), BPF_F_INNER_MAP));
  TRY(put_array(map.get(), values));
  return map;
}

}  // namespace picket::enforce
