// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

// What the programs that come with a system have to do on the network: shipped knowledge, as data
// in programs.def. Found by base name, without regard to case. Pure functions.
namespace picket::detect::behavior {

enum class Habit : uint8_t {
  kNever,        // no business on the network at all
  kSeldom,       // a few vendor's addresses at most
  kRunsCode,     // runs code that others bring, and is therefore used to talk unseen
  kFetches,      // can fetch files, which is not what it is for
  kAdministers,  // reaches other machines to administer them, by an administrator's hand
  kDocuments,    // opens documents and talks to its maker, or to servers it knows by name
  kRelay,        // passes on whatever it is given
  kScriptHost,   // runs scripts; talks only if a script does
  kInterpreter,  // the same, of a kind that is used for ordinary programs as well
  kShell,        // a shell that has no network functions of its own but /dev/tcp
};

struct Program {
  std::string_view name;
  Habit habit;
  std::string_view note;
};

// nullptr: not in the catalogue.
const Program* program_of(std::string_view path_or_name);

}  // namespace picket::detect::behavior
