// SPDX-License-Identifier: Apache-2.0
#include "app/warden/drives.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "sensor/drives/drive_table.h"
#include "sensor/procfs/proc_files.h"

namespace picket::app::warden {
namespace {

constexpr size_t kMountinfoBytesMax = 4u << 20;

bool is_root_of(int fd, uint32_t mount_id) {
  struct statx status {};
  return statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 &&
         (status.stx_mask & STATX_MNT_ID) && status.stx_mnt_id == mount_id;
}

}  // namespace

Result<UniqueFd> open_drive(uint32_t mount_id) {
  using namespace sensor::drives;
  const auto mounts = sensor::procfs::read_file("/proc/self/mountinfo", kMountinfoBytesMax);
  if (!mounts) return system_failure("read the mounts");
  const auto drives = find_drives(*mounts, removable_by_sysfs);
  const auto found = std::ranges::find(drives, mount_id, &Drive::mount_id);
  if (found == drives.end() || found->kind == DriveKind::kNetwork)
    return std::unexpected(Error{"not a drive of this machine", "", EACCES});
  UniqueFd root(open(found->mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return system_failure("open a drive");
  // Another mount may have come to lie there in between.
  if (!is_root_of(root.get(), mount_id))
    return std::unexpected(Error{"the drive is gone", "", ENOENT});
  return root;
}

}  // namespace picket::app::warden
