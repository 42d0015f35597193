// SPDX-License-Identifier: Apache-2.0
// Indicator lists as one table: an address' longest prefix says in which lists it is.
#include <algorithm>
#include <cstring>
#include <set>

#include "enforce/kernel_tables.h"
#include "enforce/lists.h"
#include "enforce/make_table.h"

namespace picket::enforce {

bool contains(const pf_prefix& outer, const pf_prefix& inner) {
  if (outer.length > inner.length) return false;
  const uint32_t bytes = outer.length / 8, bits = outer.length % 8;
  if (std::memcmp(outer.address, inner.address, bytes) != 0) return false;
  return bits == 0 || (outer.address[bytes] ^ inner.address[bytes]) >> (8 - bits) == 0;
}

bool before(const pf_prefix& left, const pf_prefix& right) {
  const int order = std::memcmp(left.address, right.address, sizeof left.address);
  return order != 0 ? order < 0 : left.length < right.length;
}

bool same(const pf_prefix& left, const pf_prefix& right) {
  return left.length == right.length &&
         std::memcmp(left.address, right.address, sizeof left.address) == 0;
}

std::vector<std::pair<pf_prefix, uint32_t>> merge_lists(const std::vector<PrefixRecord>& prefixes) {
  std::vector<std::pair<pf_prefix, uint32_t>> merged;
  merged.reserve(prefixes.size());
  for (const PrefixRecord& record : prefixes) {
    const Prefix prefix{IpAddress::v6_bytes(record.address), record.length};
    for (const pf_prefix& key : keys_of(prefix))
      merged.emplace_back(key, uint32_t{1} << record.list);
  }
  std::ranges::sort(merged, [](const auto& a, const auto& b) { return before(a.first, b.first); });
  // Equal prefixes become one; each takes on the lists of those around it.
  std::vector<size_t> around;
  size_t kept = 0;
  for (size_t i = 0; i < merged.size(); ++i) {
    if (kept > 0 && same(merged[kept - 1].first, merged[i].first)) {
      merged[kept - 1].second |= merged[i].second;
      continue;
    }
    while (!around.empty() && !contains(merged[around.back()].first, merged[i].first))
      around.pop_back();
    merged[kept] = merged[i];
    if (!around.empty()) merged[kept].second |= merged[around.back()].second;
    around.push_back(kept++);
  }
  merged.resize(kept);
  return merged;
}

Result<std::vector<uint32_t>> masks_of(const std::vector<std::pair<pf_prefix, uint32_t>>& merged) {
  std::set<uint32_t> masks;
  for (const auto& [prefix, mask] : merged) masks.insert(mask);
  if (masks.size() > PF_LIST_MASKS_MAX)
    return failure("the lists overlap in more than " + std::to_string(PF_LIST_MASKS_MAX) + " ways",
                   "put those that overlap into one list");
  return std::vector<uint32_t>(masks.begin(), masks.end());
}

Result<void> KernelTables::write_lists(
    const std::vector<std::pair<pf_prefix, uint32_t>>& merged) const {
  TRY_ASSIGN(const std::vector<uint32_t> masks, masks_of(merged));
  TRY_ASSIGN(const UniqueFd trie, make_filled(BPF_MAP_TYPE_LPM_TRIE, merged, BPF_F_NO_PREALLOC));
  TRY(put_inner("pf_lists", 0, trie.get()));
  TRY_ASSIGN(const UniqueFd known, open("pf_list_masks"));
  for (const auto& [mask, unused] : read_all<uint32_t, uint32_t>(known.get()))
    bpf_map_delete_elem(known.get(), &mask);
  return put_all(known.get(), masks, masks);
}

}  // namespace picket::enforce
