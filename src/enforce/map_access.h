// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bpf/bpf.h>

#include <algorithm>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

// Typed reading and writing of BPF maps.
namespace picket::enforce {

constexpr uint32_t kBatchMax = 16384;

template <typename Key, typename Value>
Result<void> put_all(int map, const std::vector<Key>& keys, const std::vector<Value>& values) {
  LIBBPF_OPTS(bpf_map_batch_opts, options);
  for (size_t at = 0; at < keys.size();) {
    auto count = static_cast<uint32_t>(std::min<size_t>(keys.size() - at, kBatchMax));
    if (bpf_map_update_batch(map, keys.data() + at, values.data() + at, &count, &options) != 0)
      return system_failure("write a table of the firewall");
    at += count;
  }
  return {};
}

// Of an array: values in the order of their index.
template <typename Value>
Result<void> put_array(int map, const std::vector<Value>& values) {
  std::vector<uint32_t> keys(values.size());
  for (uint32_t i = 0; i < keys.size(); ++i) keys[i] = i;
  return put_all(map, keys, values);
}

template <typename Key, typename Value>
std::vector<std::pair<Key, Value>> read_all(int map) {
  std::vector<std::pair<Key, Value>> out;
  Key key{};
  bool first = true;
  Key next{};
  while (bpf_map_get_next_key(map, first ? nullptr : &key, &next) == 0) {
    Value value{};
    if (bpf_map_lookup_elem(map, &next, &value) == 0) out.emplace_back(next, value);
    key = next;
    first = false;
  }
  return out;
}

}  // namespace picket::enforce
