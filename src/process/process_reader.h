// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/observation.h"

namespace picket::process {

// Reads running processes from a mounted /proc. What the reader has no right to see (another user's
// executable, cwd or namespaces) is left empty; only a process that is gone, or one that was
// replaced by another of the same pid while it was being read, is an error. Keys carry whole clock
// ticks (event/vocabulary.h). The parent is the present one: the reaper, where the true parent has
// exited. Opens no file outside /proc; safe from any thread (it holds no state but its paths).
class ProcessReader {
 public:
  // `cgroup_mount`: where cgroup version 2 is mounted; empty: found in PROC/self/mountinfo.
  explicit ProcessReader(std::string proc_root = "/proc", std::string cgroup_mount = {});

  // A process as it is now, origin kFound.
  Result<event::ProcessSeen> read(uint32_t pid, MonoTime at) const;
  // All pids there are, ascending: parents usually before their children.
  Result<std::vector<uint32_t>> pids() const;
  // The key of a running process.
  Result<event::ProcessKey> key(uint32_t pid) const;

  const std::string& cgroup_mount() const { return cgroup_mount_; }

 private:
  Result<event::ProcessSeen> read_once(uint32_t pid, MonoTime at) const;
  void read_executable(const std::string& folder, event::ProcessSeen& seen) const;
  void read_cgroup(const std::string& folder, event::ProcessSeen& seen) const;

  std::string proc_root_;
  std::string cgroup_mount_;
};

// ProcessReader(proc_root).read(pid), for callers that need one.
Result<event::ProcessSeen> read_process(const std::string& proc_root, uint32_t pid, MonoTime at);

}  // namespace picket::process
