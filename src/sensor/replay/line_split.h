// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace picket::sensor::replay {

// Calls `on_line(line, offset)` for each whole line of `text`, without its end (\n or \r\n); with
// `last` the rest is a line too. Returns the bytes done with.
template <typename OnLine>
size_t for_each_line(std::string_view text, bool last, OnLine on_line) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = text.find('\n', at);
    if (end == text.npos && !last) break;
    std::string_view line = text.substr(at, end == text.npos ? end : end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    on_line(line, at);
    at = end == text.npos ? text.size() : end + 1;
  }
  return at;
}

}  // namespace picket::sensor::replay
