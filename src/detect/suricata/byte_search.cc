// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/byte_search.h"

#include <cstring>

namespace picket::detect::suricata {
namespace {

// The next byte that is `small` or its capital, at or after `at`.
const uint8_t* find_folded(const uint8_t* at, const uint8_t* end, uint8_t small) {
  if (small < 'a' || small > 'z')
    return static_cast<const uint8_t*>(std::memchr(at, small, static_cast<size_t>(end - at)));
  // Eight bytes at a time: a byte with its 0x20 bit set equals `small` exactly for the letter's two
  // forms.
  const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  const uint64_t wanted = small * ones, bit = 0x20 * ones;
  for (; end - at >= 8; at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    uint64_t same = (word | bit) ^ wanted;
    if (((same - ones) & ~same & highs) != 0) break;
  }
  for (; at != end; ++at)
    if ((*at | 0x20) == small) return at;
  return nullptr;
}

}  // namespace

bool equal_bytes(Bytes text, Bytes needle, bool fold) {
  if (!fold) return std::memcmp(text.data(), needle.data(), needle.size()) == 0;
  for (size_t i = 0; i < needle.size(); ++i)
    if (folded(text[i]) != needle[i]) return false;
  return true;
}

size_t find_bytes(Bytes text, Bytes needle, bool fold) {
  if (needle.empty()) return 0;
  if (needle.size() > text.size()) return kNotFound;
  if (!fold) {
    const void* found = memmem(text.data(), text.size(), needle.data(), needle.size());
    return found == nullptr ? kNotFound
                            : static_cast<size_t>(static_cast<const uint8_t*>(found) - text.data());
  }
  const uint8_t* at = text.data();
  const uint8_t* last = text.data() + (text.size() - needle.size()) + 1;
  while (at < last) {
    at = find_folded(at, last, needle[0]);
    if (at == nullptr) return kNotFound;
    size_t place = static_cast<size_t>(at - text.data());
    if (equal_bytes(text.subspan(place, needle.size()), needle, true)) return place;
    ++at;
  }
  return kNotFound;
}

}  // namespace picket::detect::suricata
