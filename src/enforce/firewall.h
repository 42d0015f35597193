// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "enforce/kernel_tables.h"
#include "enforce/pins.h"
#include "enforce/record.h"

namespace picket::enforce {

// What is to be in force.
struct Wanted {
  std::vector<respond::firewall::Rule> rules;  // of rule_of(), in the order they are tried
  bool enforce = false;
  bool swap = false;  // the programs, even when those pinned are of this build
  // The prefixes of all lists, where they are not those that the kernel has (`lists_digest`).
  std::optional<std::vector<PrefixRecord>> prefixes;
  uint64_t lists_digest = 0;
};

// The firewall of this machine: rules in the kernel, which hold on without any process of picket's.
// Needs root. Not thread-safe; who changes it holds the rule file's lock.
class Firewall {
 public:
  // `cgroup`: the cgroup v2 folder whose processes it is for; its root: the whole machine.
  Firewall(std::string pins, std::string cgroup)
      : pins_(std::move(pins)), cgroup_(std::move(cgroup)), tables_(pins_) {}

  // Puts the rules in force: at once for what begins from now on and for packets of what is open.
  // Programs are loaded where none are pinned, and swapped where they are of another build.
  Result<void> apply(const Wanted& wanted);
  // Connections that the rules in force deny: to be ended with end_connection().
  Result<std::vector<pf_denied>> find_denied() const;
  // Every process and what it runs. Programs that rules name by path are noted on the way.
  Result<std::vector<pf_running>> find_running() const;
  // Everything passes again, and nothing of it is left in the kernel.
  Result<void> remove() const { return pins_.remove_all(); }

  bool installed() const { return pins_.there(); }
  // What the kernel's lists were made from; 0: nothing.
  uint64_t lists_digest() const;
  const KernelTables& tables() const { return tables_; }
  const Pins& pins() const { return pins_; }

 private:
  Result<void> write_rules(const Wanted& wanted) const;
  Result<void> note_units() const;

  Pins pins_;
  std::string cgroup_;
  KernelTables tables_;
};

// CLOCK_BOOTTIME minus the time of day, now.
int64_t boot_minus_wall_ns();

// A socket for end_connection() in the network namespace of the calling thread.
Result<UniqueFd> open_ending_socket();
// Resets a TCP connection on both sides. False: it is over already.
Result<bool> end_connection(int netlink, const pf_denied& connection);

}  // namespace picket::enforce
