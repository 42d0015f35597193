// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/byte_reader.h"
#include "base/counter.h"
#include "inspect/app/app_parser.h"

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

// The lines of one direction of a conversation of which an overlong line's rest, and what a gap
// leaves of a line, is passed over.
class LineSide {
 public:
  // Hands on_line(const Line&) each line of the window that is there, until another protocol is to
  // follow; returns how many bytes those took. Of a line of more than `bytes_max` it gets the first
  // bytes, counted in `too_long`.
  template <typename OnLine>
  size_t read(Bytes bytes, size_t bytes_max, bool last, const FlowContext& flow, Counter& too_long,
              OnLine on_line) {
    Bytes rest = bytes;
    while (!flow.change_to) {
      const auto line = take_line(rest, bytes_max, last);
      if (!line) break;
      const bool inside = std::exchange(inside_, !line->whole);
      if (inside) continue;
      if (!line->whole) too_long.add();
      on_line(*line);
    }
    return bytes.size() - rest.size();
  }
  void gap() { inside_ = true; }

 private:
  bool inside_ = false;  // of a line whose beginning was handed out, or is lost
};

}  // namespace picket::inspect
