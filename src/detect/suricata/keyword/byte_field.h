// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "base/result.h"
#include "detect/suricata/keyword/content_check.h"

namespace picket::detect::suricata {
class RuleBuilder;
}

namespace picket::detect::suricata::keyword {

// The number at a place of the buffer that byte_test, byte_jump, byte_extract and byte_math read:
// one to eight bytes as they are (big-endian unless told), or up to kTextMax digits of text.
struct ByteField {
  static constexpr size_t kTextMax = 23;
  Amount bytes, offset;
  bool relative = false, little = false, text = false;
  uint8_t base = 10;     // of text
  uint64_t bitmask = 0;  // 0: none; else applied and shifted down to its lowest bit

  struct Value {
    uint64_t number;
    size_t from, to;  // the bytes it was read from
  };
  std::optional<Value> read(const BufferWalk& walk) const;

  // Takes one of the words all four keywords share; false: not one of them.
  Result<bool> take_word(std::string_view word);
};

}  // namespace picket::detect::suricata::keyword
