// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Which mounts are drives that come from outside: sticks, discs, disk images, shares of other
// machines. Pure functions over the kernel's text (proc_pid_mountinfo(5)).
namespace picket::sensor::drives {

enum class DriveKind : uint8_t { kRemovable, kOptical, kImage, kNetwork };

struct Drive {
  uint32_t mount_id = 0;  // unique while it is mounted
  uint32_t major = 0, minor = 0;
  std::string mount_point;
  std::string source;       // /dev/sdb1, //server/share
  std::string file_system;  // vfat, cifs
  DriveKind kind = DriveKind::kRemovable;
};

constexpr size_t kDrivesMax = 64;  // at once; more are counted (sensor.drives_max)

// Whether the block device MAJOR:MINOR can be pulled out, by sysfs (removable, or on USB).
using IsRemovable = std::function<bool(uint32_t major, uint32_t minor)>;
bool removable_by_sysfs(uint32_t major, uint32_t minor);

// The drives among the mounts, each device once (its first mount of the whole file system).
std::vector<Drive> find_drives(std::string_view mountinfo, const IsRemovable& is_removable);

}  // namespace picket::sensor::drives
