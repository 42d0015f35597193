// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/byte_reader.h"

// Lines of text protocols, taken off a window of in-order bytes. Pure; views borrow from the
// window.
namespace picket::inspect {

struct Line {
  Bytes text;  // without its ending: LF, or CR LF
  Bytes with_ending;
  bool whole = true;  // false: longer than allowed or cut off by the end; more of it may follow
};

// The next line of `rest`, which loses it; nullopt: it is not all there yet. A line of more than
// `bytes_max` is handed out in pieces of that size. `last`: nothing follows, what is left is a
// line.
inline std::optional<Line> take_line(Bytes& rest, size_t bytes_max, bool last) {
  if (rest.empty()) return std::nullopt;
  const size_t looked = std::min(rest.size(), bytes_max);
  const void* found = std::memchr(rest.data(), '\n', looked);
  Line line;
  if (found == nullptr) {
    if (rest.size() < bytes_max && !last) return std::nullopt;
    line.text = line.with_ending = rest.first(looked);
    line.whole = false;
  } else {
    const size_t length = static_cast<size_t>(static_cast<const uint8_t*>(found) - rest.data());
    line.with_ending = rest.first(length + 1);
    line.text = rest.first(length);
    if (!line.text.empty() && line.text.back() == '\r') line.text = line.text.first(length - 1);
  }
  rest = rest.subspan(line.with_ending.size());
  return line;
}

}  // namespace picket::inspect
