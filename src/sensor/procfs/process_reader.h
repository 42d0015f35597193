// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "event/observation.h"

// One running process, read from /proc as far as the reader's rights go: what may not be read is
// left empty. Everything is of the same process (see open_process()), though not of one instant.
namespace picket::sensor::procfs {

constexpr size_t kCommandLineMax = 4096;  // bytes of cmdline kept; more sets arguments_truncated
constexpr size_t kArgumentsMax = 256;

// Nanoseconds since boot from clock ticks since boot.
uint64_t start_ns_from_ticks(uint64_t ticks);

// Start and task name of a process: enough to tell whether it still is the one that was known.
struct ProcessPulse {
  event::ProcessKey key;
  std::string command;
};
// nullopt: no such process (any more), or hidden by hidepid.
std::optional<ProcessPulse> read_pulse(const std::string& proc_root, uint32_t pid);

// Reads the process; its `at` and origin (kFound) too. nullopt: it is gone or hidden. `cgroup_root`
// is where the unified hierarchy is mounted, empty where it is not: then cgroup_id stays 0.
struct ProcessRead {
  event::ProcessSeen seen;
  std::string cgroup_path;  // in the unified hierarchy; empty: none
};
std::optional<ProcessRead> read_process(const std::string& proc_root, uint32_t pid,
                                        const std::string& cgroup_root, MonoTime at);

// Where cgroup v2 is mounted, as this process sees it; empty: nowhere.
std::string find_cgroup_root(const std::string& proc_root);

}  // namespace picket::sensor::procfs
