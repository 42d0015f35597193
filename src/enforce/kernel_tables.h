// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "enforce/pins.h"
#include "enforce/record.h"
#include "enforce/tables.h"

namespace picket::enforce {

// The pinned maps, read and written. A new generation of rules is written beside the one in force
// and put in its place by one number. Needs root. Not thread-safe; one process at a time writes
// (the rule file's lock).
class KernelTables {
 public:
  explicit KernelTables(const Pins& pins) : pins_(pins) {}

  Result<pf_state> state() const;
  Result<void> set_state(const pf_state& state) const;

  Result<Names> names() const;
  // What is new is written, and what no rule names any more is forgotten.
  Result<void> write_names(const Names& names) const;

  // Puts the lists' table in place. Rules must know its sets of lists and those before.
  Result<void> write_lists(const std::vector<std::pair<pf_prefix, uint32_t>>& merged) const;
  Result<std::vector<uint32_t>> list_masks() const;

  // Puts `tables` in force.
  Result<void> write(const Tables& tables) const;
  // Verdicts kept in sockets are asked for anew.
  Result<void> begin_epoch() const;

  // A counter row for each of the rules, and for no other.
  Result<void> keep_hits(const std::vector<pf_rule>& rules) const;
  Result<std::vector<std::pair<uint32_t, pf_hits>>> hits() const;
  Result<pf_counters> losses() const;

  // The executable is the program with this digest (number; 0: none that a rule names).
  Result<void> set_digest(const pf_executable& executable, int64_t mtime_ns, uint32_t digest) const;
  Result<void> set_units(uint64_t cgroup, const pf_units& units) const;

  Result<UniqueFd> open(const char* map) const { return Pins::open(pins_.map(map)); }

 private:
  Result<pf_current> current() const;
  Result<void> put_inner(const char* outer, uint32_t index, int inner) const;

  Pins pins_;
};

}  // namespace picket::enforce
