// SPDX-License-Identifier: Apache-2.0
#include "app/cli/column_layout.h"

#include <algorithm>
#include <numeric>

namespace picket::app::cli {
namespace {

// The needs from the one worth most downwards.
std::vector<size_t> by_worth(const std::vector<ColumnNeed>& needs) {
  std::vector<size_t> order(needs.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(
      order, [&needs](size_t a, size_t b) { return needs[a].worth > needs[b].worth; });
  return order;
}

// Those that are taken in, ascending.
std::vector<size_t> admitted(const std::vector<ColumnNeed>& needs, size_t width, size_t gap) {
  std::vector<size_t> chosen;
  size_t least = 0, good = 0;  // what the chosen take, gaps included
  for (size_t i : by_worth(needs)) {
    const size_t before = chosen.empty() ? 0 : gap;
    const size_t others = needs[i].essential ? least : good;
    if (!chosen.empty() && others + before + needs[i].least > width) continue;
    least += before + needs[i].least;
    good += before + std::max(needs[i].good, needs[i].least);
    chosen.push_back(i);
  }
  std::ranges::sort(chosen);
  return chosen;
}

// Widths for the columns of `chosen`.
std::vector<ColumnWidth> share(const std::vector<ColumnNeed>& needs,
                               const std::vector<size_t>& chosen, size_t width, size_t gap) {
  std::vector<size_t> widths(needs.size(), 0);
  std::vector<size_t> order;
  size_t taken = chosen.empty() ? 0 : gap * (chosen.size() - 1);
  for (size_t i : by_worth(needs))
    if (std::ranges::binary_search(chosen, i)) order.push_back(i);
  for (size_t i : order) taken += widths[i] = needs[i].least;
  size_t room = width > taken ? width - taken : 0;
  const auto give = [&widths, &room](size_t i, size_t more) {
    widths[i] += more;
    room -= more;
  };
  for (size_t i : order)
    if (needs[i].good > widths[i]) give(i, std::min(needs[i].good - widths[i], room));
  const auto lack = [&](size_t i) {
    return needs[i].natural > widths[i] ? needs[i].natural - widths[i] : 0;
  };
  std::ranges::stable_sort(order, {}, lack);
  for (size_t n = 0; n < order.size(); ++n)
    give(order[n], std::min(lack(order[n]), room / (order.size() - n)));
  std::vector<ColumnWidth> columns;
  for (size_t i : chosen) columns.push_back({i, widths[i]});
  return columns;
}

std::vector<ColumnWidth> unlimited(const std::vector<ColumnNeed>& needs) {
  std::vector<ColumnWidth> columns;
  for (size_t i = 0; i < needs.size(); ++i) columns.push_back({i, needs[i].natural});
  return columns;
}

}  // namespace

std::vector<ColumnWidth> lay_out(const std::vector<ColumnNeed>& needs, size_t width, size_t gap) {
  if (width == 0) return unlimited(needs);
  std::vector<ColumnWidth> columns = share(needs, admitted(needs, width, gap), width, gap);
  if (columns.size() == 1) columns[0].width = std::min(columns[0].width, width);
  return columns;
}

std::vector<ColumnWidth> lay_out_all(const std::vector<ColumnNeed>& needs, size_t width,
                                     size_t gap) {
  if (width == 0) return unlimited(needs);
  std::vector<size_t> all(needs.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return share(needs, all, width, gap);
}

}  // namespace picket::app::cli
