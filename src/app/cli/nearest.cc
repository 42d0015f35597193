// SPDX-License-Identifier: Apache-2.0
#include "app/cli/nearest.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace picket::app::cli {
namespace {

// Damerau-Levenshtein distance (optimal string alignment); both at most kNearestWordMax long.
size_t slips(std::string_view a, std::string_view b) {
  std::array<std::array<size_t, kNearestWordMax + 1>, 3> rows{};
  auto *before = &rows[0], *above = &rows[1], *row = &rows[2];
  for (size_t j = 0; j <= b.size(); ++j) (*above)[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    (*row)[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      size_t least = std::min({(*above)[j] + 1, (*row)[j - 1] + 1, (*above)[j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        least = std::min(least, (*before)[j - 2] + 1);
      (*row)[j] = least;
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return (*above)[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kNearestWordMax) return {};
  const std::string meant = ascii_lowered(word);
  std::string_view best;
  size_t fewest = std::max<size_t>(word.size() / 3, 1) + 1;
  for (std::string_view candidate : known) {
    if (candidate.size() > kNearestWordMax) continue;
    const std::string spelled = ascii_lowered(candidate);
    // A beginning counts as one slip, so that an exact word still wins.
    const size_t count = meant != spelled && meant.size() >= 2 && spelled.starts_with(meant)
                             ? size_t{1}
                             : slips(meant, spelled);
    if (count < fewest && count < spelled.size()) {
      fewest = count;
      best = candidate;
    }
  }
  return best;
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace picket::app::cli
