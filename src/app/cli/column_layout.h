// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

// Which columns of a table fit into a width, and how wide each becomes. Knows nothing of what is in
// them. Pure; any thread.
namespace picket::app::cli {

struct ColumnNeed {
  size_t natural = 0;      // columns that the widest cell takes
  size_t good = 0;         // enough for most cells; between `least` and `natural`
  size_t least = 0;        // it is no use narrower than this
  int worth = 0;           // what is worth most is taken in first
  bool essential = false;  // taken in even when others must be narrower than good for it
};

struct ColumnWidth {
  size_t index = 0;  // into the needs
  size_t width = 0;
};

// The columns that fit, in their order. `gap` is the space between two of them; `width` 0: no
// limit. A column that is not essential must not cost the others their good width. The one worth
// most always stays, cut to the width if it must. What room is left goes first to what is worth
// most, until each column is good; the rest is shared so that the columns that lack little get all
// of it and the others equally much.
std::vector<ColumnWidth> lay_out(const std::vector<ColumnNeed>& needs, size_t width, size_t gap);

// The same without leaving any out: at least `least` for each, even if that is wider than `width`.
std::vector<ColumnWidth> lay_out_all(const std::vector<ColumnNeed>& needs, size_t width,
                                     size_t gap);

}  // namespace picket::app::cli
