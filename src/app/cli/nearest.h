// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What somebody probably meant. Pure functions; any thread.
namespace picket::app::cli {

// Longer words are not looked at: nobody mistypes those by a letter.
constexpr size_t kNearestWordMax = 40;

// The one of `known` that `word` is a slip of (letters wrong, missing, doubled or swapped: about
// one in three), or that it is the beginning of; empty when nothing is near. Case does not count.
// Of several equally near ones the first.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// "a, b and c".
std::string listed(std::span<const std::string_view> words);

}  // namespace picket::app::cli
