// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace picket::detect::suricata {

// Makes something else of the bytes of a buffer before rules look at it: strip_whitespace, to_md5,
// xor. Immutable; lives in the rule set's arena.
class Transform {
 public:
  static constexpr size_t kOutputMax = 1 << 20;  // bytes; what is more is cut off

  // `out` holds the result; false: the buffer is not there after this (from_base64 of what is
  // none).
  virtual bool apply(Bytes in, std::vector<uint8_t>& out) const = 0;
  // How it was written, options included: equal texts do the same thing.
  virtual std::string_view text() const = 0;

 protected:
  ~Transform() = default;
};

}  // namespace picket::detect::suricata
