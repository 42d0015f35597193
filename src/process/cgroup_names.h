// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace picket::process {

// CgroupNames remembers which path a cgroup v2 id stands for. Ids come from the sensor
// (event::CgroupSeen) and from walking the mounted tree once (the id is the folder's inode number,
// kernels since 5.5). Ids are not used again before a reboot, so paths of cgroups that are gone
// stay valid for late records. Holds at most `names_max`; the oldest is dropped and counted
// (`process.cgroups_evicted`). Not thread-safe.
class CgroupNames {
 public:
  static constexpr size_t kNamesMax = 65'536;
  static constexpr size_t kPathBytesMax = 4096;
  static constexpr size_t kDepthMax = 64;                     // folders below the mount
  static constexpr uint64_t kWalkEveryNs = 5 * kNsPerSecond;  // at most, when an id is unknown

  // `mount`: where cgroup v2 is mounted (find_unified_cgroup_mount); empty: nowhere.
  explicit CgroupNames(std::string mount, size_t names_max = kNamesMax)
      : mount_(std::move(mount)), names_max_(names_max) {}

  void add(uint64_t id, std::string_view path);
  // Walks the tree; how many folders there were.
  Result<size_t> walk(MonoTime now);
  // The path below the mount, "/" for the root itself; empty: unknown, even after walking again
  // (at most every kWalkEveryNs). Valid until the next call that is not const.
  std::string_view path(uint64_t id, MonoTime now);
  std::string_view known_path(uint64_t id) const;

  size_t size() const { return names_.size(); }

 private:
  std::string mount_;
  size_t names_max_;
  std::unordered_map<uint64_t, std::string> names_;
  std::deque<uint64_t> in_order_;  // ids of names_, oldest first
  bool walked_ = false;
  MonoTime walked_at_;
};

}  // namespace picket::process
