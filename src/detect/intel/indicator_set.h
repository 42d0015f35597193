// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bitset>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/intel/indicator.h"

namespace picket::detect::intel {

// The indicators of all lists, found by what is seen. Filled first, then sealed; once sealed it is
// immutable and may be read by all threads. At most kEntriesMax indicators, and kTextMax bytes of
// text: more are refused and counted in `intel.indicator_over_bound`. A million domains take about
// 70 MB. A lookup is a binary search over hashes, verified against the text.
class IndicatorSet {
 public:
  static constexpr size_t kEntriesMax = 1'000'000;
  static constexpr size_t kTextMax = size_t{256} * 1024 * 1024;

  struct Hit {
    IndicatorKind kind;
    std::string_view value, about, source;  // borrowed from the set
    uint16_t port = 0;
    WallTime seen, expires;  // ns 0: not told
  };

  // False: at a bound. The same value of two lists is kept twice; the first is found.
  bool add(const Indicator& indicator, std::string_view source);
  void seal();

  size_t size() const { return entries_.size(); }
  size_t memory_bytes() const;

  // Of a kind that is compared as it is (hashes, fingerprints; kUrl by its url_key).
  std::optional<Hit> find(IndicatorKind kind, std::string_view value) const;
  // An address by itself or by a prefix around it, nearest first. A hit with a port is only for
  // that.
  std::optional<Hit> find_address(const IpAddress& address, uint16_t port) const;
  // `name` (lower case) or the nearest name above it.
  std::optional<Hit> find_domain(std::string_view name) const;
  // With its query, else without; `url` in any form.
  std::optional<Hit> find_url(std::string_view url) const;

 private:
  struct Entry {
    uint32_t value = 0, about = 0;  // offsets into text_, each ended by NUL
    uint16_t source = 0, port = 0;
    IndicatorKind kind{};
    int32_t seen_h = 0, expires_h = 0;  // hours since 1970; 0: not told
  };
  struct Slot {
    uint64_t key;
    uint32_t entry;
    bool operator<(const Slot& other) const {
      return key != other.key ? key < other.key : entry < other.entry;
    }
  };
  uint32_t keep(std::string_view words);
  Hit hit(const Entry& entry) const;
  template <typename Fits>
  std::optional<Hit> search(IndicatorKind kind, std::string_view value, Fits fits) const;

  std::string text_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // sorted once sealed
  std::vector<std::string> sources_;
  std::unordered_map<std::string, uint32_t> abouts_;  // until sealed
  std::bitset<33> lengths4_;
  std::bitset<129> lengths6_;
};

}  // namespace picket::detect::intel
