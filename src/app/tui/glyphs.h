// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "app/tui/cell_text.h"
#include "event/vocabulary.h"

namespace picket::app::tui {

// The few signs that are not letters, in UTF-8 or, for terminals without it, in ASCII. Every sign
// takes one cell. Constant; any thread.
struct Glyphs {
  bool ascii = false;
  char32_t live, paused, suspicious, created, closed, rule, ellipsis, outbound, inbound, separator,
      more_above, more_below, parent, cursor;
  char32_t bars[8];  // from nothing to full

  static const Glyphs& of(bool ascii);
};

// Bytes per second of the last minute, oldest first, as `width` bars; what shares a bar counts by
// its highest. Scaled to its own highest value, but a row below kSparkFloor stays low: silence must
// not look like a storm.
constexpr uint32_t kSparkFloor = 1024;
CellText sparkline(std::span<const uint32_t> history, size_t width, const Glyphs& glyphs);

// Which way the conversation was opened: outbound, inbound, or a blank.
char32_t arrow(event::Role role, const Glyphs& glyphs);

}  // namespace picket::app::tui
