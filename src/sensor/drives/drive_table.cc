// SPDX-License-Identifier: Apache-2.0
#include "sensor/drives/drive_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/counter.h"
#include "sensor/procfs/process_text.h"

namespace picket::sensor::drives {
namespace {

constexpr uint32_t kLoopMajor = 7, kScsiDiscMajor = 11;
constexpr std::array<std::string_view, 6> kNetwork{"cifs", "smb3",       "nfs",
                                                   "nfs4", "fuse.sshfs", "davfs"};
// What sticks, cards and discs are formatted with; an image of one is mounted through a loop
// device.
constexpr std::array<std::string_view, 9> kPortable{
    "vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "iso9660", "udf", "hfsplus"};
Counter drives_max{"sensor.drives_max", "drives not looked at: too many at once"};

template <size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// Where desktops, and people, mount what they plug in.
bool for_users(std::string_view mount_point) {
  return mount_point.starts_with("/media/") || mount_point.starts_with("/run/media/");
}

std::optional<DriveKind> kind_of(const procfs::MountEntry& mount, const IsRemovable& is_removable) {
  if (one_of(kNetwork, mount.type)) return DriveKind::kNetwork;
  if (mount.major == 0) return std::nullopt;  // no block device: tmpfs, overlay, proc...
  if (mount.major == kScsiDiscMajor) return DriveKind::kOptical;
  if (mount.major == kLoopMajor)
    return one_of(kPortable, mount.type) || for_users(mount.mount_point)
               ? std::optional(DriveKind::kImage)
               : std::nullopt;
  if (is_removable(mount.major, mount.minor)) return DriveKind::kRemovable;
  return std::nullopt;
}

bool file_says_one(const std::string& path) {
  std::ifstream in(path);
  char digit = '0';
  return in.get(digit) && digit == '1';
}

}  // namespace

bool removable_by_sysfs(uint32_t major, uint32_t minor) {
  const std::string device =
      "/sys/dev/block/" + std::to_string(major) + ':' + std::to_string(minor);
  // A partition has no such file of its own: its disk, one up, does.
  if (file_says_one(device + "/removable") || file_says_one(device + "/../removable")) return true;
  std::error_code error;
  const std::string bus = std::filesystem::read_symlink(device, error).string();
  return !error && bus.find("/usb") != std::string::npos;
}

std::vector<Drive> find_drives(std::string_view mountinfo, const IsRemovable& is_removable) {
  std::vector<Drive> drives;
  procfs::for_each_mount(mountinfo, [&](const procfs::MountEntry& mount) {
    const auto kind = kind_of(mount, is_removable);
    if (!kind || mount.root != "/") return;
    const bool known = std::ranges::any_of(drives, [&](const Drive& drive) {
      return drive.major == mount.major && drive.minor == mount.minor;
    });
    if (known) return;
    if (drives.size() == kDrivesMax) return drives_max.add();
    drives.push_back(
        {mount.id, mount.major, mount.minor, mount.mount_point, mount.source, mount.type, *kind});
  });
  return drives;
}

}  // namespace picket::sensor::drives
