// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "event/activity.h"

// The names of system programs: which belong where, and what looks like them. Shipped as data in
// system_programs.def. Pure functions.
namespace picket::detect::behavior {

// In how a name differs from the one it resembles.
enum class Likeness : uint8_t { kNone, kHomoglyph, kDoubled, kSwapped, kOneLetter, kTwoLetters };
std::string_view words(Likeness likeness);  // "with two letters swapped"

struct Resembled {
  std::string name;  // the system program's
  Likeness likeness = Likeness::kNone;
};

// The system program that `name` resembles without being it. Names one letter shorter than
// kLikeNameMin do so only by look or by doubling, still shorter ones never, for too many tools have
// short names; two changed letters count from kLikeTwoLettersMin on.
// Ordinary names that come near by chance (dllhst3g.exe, taskhostex.exe) are listed in the source.
constexpr size_t kLikeNameMin = 5, kLikeTwoLettersMin = 8;
std::optional<Resembled> resembled_system_program(std::string_view name, event::Platform platform);

// True: the program of that name lies where the system has it; false: it does not; absent: no
// system program is called so, or the path is not known.
std::optional<bool> in_its_place(std::string_view path, event::Platform platform);

// The optimal string alignment distance (insert, delete, change, swap neighbours), at most
// `limit` + 1. Linear in the product of the lengths; texts past kDistanceTextMax are never near.
constexpr size_t kDistanceTextMax = 64;
size_t edit_distance(std::string_view a, std::string_view b, size_t limit);

// Letters of other alphabets and digits that look like Latin letters made those letters, ASCII case
// folded: "svсhоst" with Cyrillic letters and "1sass" become svchost and lsass.
std::string latin_look(std::string_view text);

}  // namespace picket::detect::behavior
