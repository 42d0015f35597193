// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "enforce/pins.h"

struct bpf_object;

namespace picket::enforce {

// The firewall's programs, loaded by this build: to be attached for the first time, or put in the
// place of those that an earlier picket left, without a moment in which none is there. Their maps
// are the pinned ones. Needs root. Not thread-safe.
class FirewallObject {
 public:
  // Loads; nothing is attached yet.
  static Result<std::unique_ptr<FirewallObject>> load(const Pins& pins);
  ~FirewallObject();
  // Attaches to the cgroup v2 folder given, or swaps what is pinned.
  Result<void> attach(const std::string& cgroup);

  // The program that answers single questions (pf_asked), for BPF_PROG_TEST_RUN.
  int asking() const;

  // What tells one build's programs from another's.
  static uint64_t build();

 private:
  explicit FirewallObject(const Pins& pins) : pins_(pins) {}
  Result<void> attach_program(void* program, int cgroup);
  Result<void> remove_stale_links() const;

  const Pins pins_;
  bpf_object* object_ = nullptr;
};

}  // namespace picket::enforce
