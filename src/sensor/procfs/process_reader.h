// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "event/observation.h"
#include "sensor/procfs/process_text.h"

// One running process, read from /proc as far as the reader's rights go: what may not be read is
// left empty. Everything is of the same process (see open_process()) and of the same program: one
// that starts another while it is read is read again, at most kAttemptsMax times. The parent is the
// present one: the reaper, where the true parent has exited. Safe from any thread.
namespace picket::sensor::procfs {

constexpr int kAttemptsMax = 3;

// Nanoseconds since boot from clock ticks since boot.
uint64_t start_ns_from_ticks(uint64_t ticks);

// Start and task name of a process: enough to tell whether it still is the one that was known.
struct ProcessPulse {
  event::ProcessKey key;
  std::string command;
};
// nullopt: no such process (any more), or hidden by hidepid.
std::optional<ProcessPulse> read_pulse(const std::string& proc_root, uint32_t pid);

// The command line as it is now; nullopt: no such process, or not ours to see.
std::optional<CommandLine> read_command_line(const std::string& proc_root, uint32_t pid);

// Reads the process; its `at` and origin (kFound) too. nullopt: it is gone, hidden, or did not stay
// the same program for long enough. `cgroup_root` is where the unified hierarchy is mounted, empty
// where it is not: then cgroup_id stays 0 and seen.cgroup_path tells.
struct ProcessRead {
  event::ProcessSeen seen;
  std::string cgroup_path;  // in the unified hierarchy; empty: none
};
std::optional<ProcessRead> read_process(const std::string& proc_root, uint32_t pid,
                                        const std::string& cgroup_root, MonoTime at);

// Where cgroup v2 is mounted whole, as this process sees it; empty: nowhere.
std::string find_cgroup_root(const std::string& proc_root);

}  // namespace picket::sensor::procfs
