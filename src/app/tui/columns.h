// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

namespace picket::app::tui {

// How wide a column wants to be. Between columns stands one blank.
struct ColumnWish {
  int width_min;       // below this it is of no use
  int width_good;      // what its content usually takes
  int width_max;       // room beyond this is wasted on it
  int drop_rank;       // 0: never dropped; else the highest rank goes first when there is no room
  bool extra = false;  // only where all others have their good width
};

// The widths for `room` cells; 0: the column is dropped. Extras are dropped until all good
// widths fit, then columns until the minima fit; they then grow to good in order of ascending rank,
// then share what is left up to their maxima. Pure.
std::vector<int> fit_columns(std::span<const ColumnWish> wishes, int room);

}  // namespace picket::app::tui
