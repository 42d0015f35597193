// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

struct bpf_object;
struct bpf_link;

namespace picket::sensor::bpf {

enum class Iterator : uint32_t { kTasks, kSockets, kTcp, kUdp };
constexpr uint32_t kIterators = 4;

// The descriptors an unprivileged reader needs; the maps stay alive as long as anyone holds them.
struct SensorDescriptors {
  int ring = -1, slots = -1, totals = -1, peers = -1;
};

// Loads picket's BPF programs, attaches them and keeps them attached as long as it lives. Needs
// CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN (or root); used only by the warden. Not thread-safe.
class LoadedPrograms {
 public:
  // Attaches to the cgroup v2 directory given: its root watches the whole machine, any other one
  // only the processes in and below it.
  static Result<std::unique_ptr<LoadedPrograms>> load(const std::string& cgroup_directory);
  ~LoadedPrograms();

  SensorDescriptors descriptors() const;
  // A one-pass reader over what exists now. kTcp and kUdp read the network namespace of the
  // calling thread.
  Result<UniqueFd> iterate(Iterator iterator) const;
  // Runs of these programs that the kernel skipped because one was already under way on that CPU:
  // events lost before they could be recorded. Of twins at most the lesser count was lost.
  uint64_t missed_runs() const;
  // Programs that this kernel could not load or attach, with the reason: they are not essential,
  // and what is missed without them is said in words.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  LoadedPrograms() = default;
  Result<void> attach(const std::string& cgroup_directory);

  bpf_object* object_ = nullptr;
  std::vector<bpf_link*> links_;
  bpf_link* iterators_[kIterators] = {};
  std::vector<std::string> missing_;
};

// Where cgroup v2 is mounted: /sys/fs/cgroup, or /sys/fs/cgroup/unified on hybrid hosts.
Result<std::string> find_unified_cgroup_root();

}  // namespace picket::sensor::bpf
