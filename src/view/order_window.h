// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

// Ordering only as much of many rows as a screen shows. `less` must be a total order.
namespace picket::view {

// Puts the rows that belong at [from, from + count) there, in order; the others fall where they
// may.
template <typename Row, typename Less>
void order_window(std::vector<Row>& rows, size_t from, size_t count, Less less) {
  if (from >= rows.size()) return;
  const auto first = rows.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), from + count));
  if (from > 0) std::nth_element(rows.begin(), first, rows.end(), less);
  if (last != rows.end()) std::nth_element(first, last, rows.end(), less);
  std::sort(first, last, less);
}

// Where a window of `count` rows starts that has `wanted` (one of them) in its middle.
template <typename Row, typename Less>
uint32_t window_around(const std::vector<Row>& rows, const Row& wanted, uint32_t count, Less less) {
  const auto place = static_cast<uint32_t>(
      std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return less(row, wanted); }));
  const auto total = static_cast<uint32_t>(rows.size());
  const uint32_t latest = total > count ? total - count : 0;
  const uint32_t centred = place > count / 2 ? place - count / 2 : 0;
  return std::min(centred, latest);
}

}  // namespace picket::view
