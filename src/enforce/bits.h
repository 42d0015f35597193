// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstring>
#include <unordered_map>
#include <vector>

#include "enforce/bpf/firewall_abi.h"

// Sets of rules as the kernel reads them.
namespace picket::enforce {

inline void put(pf_bits& bits, uint32_t rule) {
  bits.words[rule / 64] |= uint64_t{1} << rule % 64;
  bits.summary[rule / 64 / 64] |= uint64_t{1} << rule / 64 % 64;
}
inline void take(pf_bits& bits, uint32_t rule) {
  const uint32_t word = rule / 64;
  bits.words[word] &= ~(uint64_t{1} << rule % 64);
  if (bits.words[word] == 0) bits.summary[word / 64] &= ~(uint64_t{1} << word % 64);
}

// Gives equal sets one number. The first set given is number 0.
class ClassTable {
 public:
  uint32_t number_of(const pf_bits& bits) {
    uint64_t hash = 0x9e3779b97f4a7c15ull;
    // Equal sets have equal summaries, and words that no summary names are empty.
    for (uint32_t group = 0; group < PF_SUMMARY_WORDS; ++group)
      for (uint64_t left = bits.summary[group]; left; left &= left - 1) {
        const uint32_t word = group * 64 + static_cast<uint32_t>(__builtin_ctzll(left));
        hash = (hash ^ bits.words[word] ^ uint64_t{word} << 48) * 0xbf58476d1ce4e5b9ull;
        hash ^= hash >> 29;
      }
    const auto [first, last] = known_.equal_range(hash);
    for (auto known = first; known != last; ++known)
      if (std::memcmp(&classes_[known->second], &bits, sizeof bits) == 0) return known->second;
    classes_.push_back(bits);
    const auto number = static_cast<uint32_t>(classes_.size() - 1);
    known_.emplace(hash, number);
    return number;
  }
  size_t size() const { return classes_.size(); }
  std::vector<pf_bits> take_all() { return std::move(classes_); }

 private:
  std::vector<pf_bits> classes_;
  std::unordered_multimap<uint64_t, uint32_t> known_;
};

}  // namespace picket::enforce
