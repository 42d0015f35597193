// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "app/cli/exit_code.h"

// `picket doctor`: what works on this machine, what does not, why, and what would change it. Pure
// functions; any thread. What they return is safe to show on a terminal.
namespace picket::app::cli {

enum class CapabilityState : uint8_t { kWorks, kLimited, kMissing };
std::string_view text(CapabilityState);  // works, limited, missing

struct Capability {
  std::string name;  // "kernel hooks"
  CapabilityState state = CapabilityState::kWorks;
  std::string detail;  // what was found and what it means
  std::string fix;     // what would make (more of) it work; empty: nothing to do
};

struct ReportStyle {
  size_t width = 80;  // 0: no limit; texts are folded between words
  bool color = false;
  bool utf8 = true;  // else ✓ ! ✗ are spelled + ! x; the words are there either way
};

// The worst of the states; nothing to report works.
CapabilityState overall(std::span<const Capability> capabilities);

// `verdict` is the closing sentence; empty: one is made of the counts.
std::string doctor_text(std::span<const Capability> capabilities, std::string_view verdict,
                        const ReportStyle& style);

// {"type":"doctor","overall":"limited","verdict":"...","capabilities":[{"name","state","detail","fix"}]}
// and a newline; `fix` is left out where there is none.
std::string doctor_json(std::span<const Capability> capabilities, std::string_view verdict);

// kExitDone when everything works, else kExitFound.
ExitCode doctor_exit_code(std::span<const Capability> capabilities);

}  // namespace picket::app::cli
