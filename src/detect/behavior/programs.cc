// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/programs.h"

#include <string>
#include <unordered_map>

#include "detect/behavior/words.h"

namespace picket::detect::behavior {

const Program* program_of(std::string_view path_or_name) {
  static const auto kAll = [] {
    std::unordered_map<std::string, Program> all;
#define PROGRAM(name, habit, note) all.emplace(name, Program{name, Habit::habit, note});
#include "detect/behavior/programs.def"
#undef PROGRAM
    return all;
  }();
  const auto found = kAll.find(folded(base_name(path_or_name)));
  return found == kAll.end() ? nullptr : &found->second;
}

}  // namespace picket::detect::behavior
