// SPDX-License-Identifier: Apache-2.0
#include "app/tui/columns.h"

#include <algorithm>
#include <cstddef>

namespace picket::app::tui {
namespace {

int used(const std::vector<int>& widths) {
  int cells = -1;  // no blank before the first
  for (int width : widths)
    if (width > 0) cells += width + 1;
  return cells;
}

// Drops columns, the highest rank first, until the widths fit or nothing more may go.
void drop(std::span<const ColumnWish> wishes, bool extras, int room, std::vector<int>& widths) {
  while (used(widths) > room) {
    size_t worst = wishes.size();
    for (size_t i = 0; i < wishes.size(); ++i) {
      if (widths[i] == 0 || wishes[i].drop_rank == 0 || wishes[i].extra != extras) continue;
      if (worst == wishes.size() || wishes[i].drop_rank > wishes[worst].drop_rank) worst = i;
    }
    if (worst == wishes.size()) return;
    widths[worst] = 0;
  }
}

}  // namespace

std::vector<int> fit_columns(std::span<const ColumnWish> wishes, int room) {
  std::vector<int> good;
  for (const ColumnWish& wish : wishes) good.push_back(wish.width_good);
  drop(wishes, true, room, good);
  std::vector<int> widths;
  for (size_t i = 0; i < wishes.size(); ++i)
    widths.push_back(good[i] == 0 ? 0 : wishes[i].width_min);
  drop(wishes, false, room, widths);

  std::vector<size_t> by_rank;
  for (size_t i = 0; i < wishes.size(); ++i)
    if (widths[i] > 0) by_rank.push_back(i);
  std::stable_sort(by_rank.begin(), by_rank.end(),
                   [&](size_t a, size_t b) { return wishes[a].drop_rank < wishes[b].drop_rank; });
  for (size_t i : by_rank)
    widths[i] += std::clamp(room - used(widths), 0, wishes[i].width_good - widths[i]);
  for (int free = room - used(widths); free > 0; free = room - used(widths)) {
    const int before = free;
    for (size_t i : by_rank) {
      if (free == 0) break;
      if (widths[i] >= wishes[i].width_max) continue;
      ++widths[i];
      --free;
    }
    if (free == before) break;
  }
  return widths;
}

}  // namespace picket::app::tui
