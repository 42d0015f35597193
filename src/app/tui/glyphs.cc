// SPDX-License-Identifier: Apache-2.0
#include "app/tui/glyphs.h"

#include <algorithm>

namespace picket::app::tui {
namespace {

constexpr Glyphs kUtf8{
    false, U'●', U'‖', U'⚑', U'+', U'×', U'─', U'…',
    U'→',  U'←', U'·', U'▲', U'▼', U'←', U'█', {U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'█'}};
constexpr Glyphs kAscii{
    true, U'*', U'=', U'!', U'+', U'x', U'-', U'~',
    U'>', U'<', U'|', U'^', U'v', U'<', U'_', {U'_', U'.', U',', U':', U'-', U'=', U'+', U'#'}};

}  // namespace

const Glyphs& Glyphs::of(bool ascii) { return ascii ? kAscii : kUtf8; }

CellText sparkline(std::span<const uint32_t> history, size_t width, const Glyphs& glyphs) {
  CellText bars(width, glyphs.bars[0]);
  if (history.empty() || width == 0) return bars;
  const uint64_t highest =
      std::max<uint64_t>(*std::max_element(history.begin(), history.end()), kSparkFloor);
  for (size_t i = 0; i < width; ++i) {
    const size_t from = i * history.size() / width;
    const size_t to = std::max((i + 1) * history.size() / width, from + 1);
    const uint64_t value = *std::max_element(history.begin() + static_cast<ptrdiff_t>(from),
                                             history.begin() + static_cast<ptrdiff_t>(to));
    // Anything at all is more than nothing: the lowest bar is for silence alone.
    if (value != 0) bars[i] = glyphs.bars[1 + std::min<uint64_t>(value * 7 / highest, 6)];
  }
  return bars;
}

char32_t arrow(event::Role role, const Glyphs& glyphs) {
  switch (role) {
    case event::Role::kClient: return glyphs.outbound;
    case event::Role::kServer: return glyphs.inbound;
    case event::Role::kListener:
    case event::Role::kUnknown: break;
  }
  return U' ';
}

}  // namespace picket::app::tui
