// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <functional>

#include "event/observation.h"

namespace picket::process {

inline event::FileIdentity identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino,
          status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
          static_cast<uint64_t>(status.st_size)};
}

// Whether `found` (from stat) is the file that a sensor meant by `wanted`. A sensor that could not
// tell mtime and size leaves both 0; then device and inode decide. Where they are known they decide
// together with the inode, and the device does not: btrfs and overlayfs give stat() another device
// number than the kernel's own structures hold.
inline bool same_file(const event::FileIdentity& wanted, const event::FileIdentity& found) {
  if (wanted.inode != found.inode) return false;
  if (wanted.mtime_ns == 0 && wanted.size == 0) return wanted.device == found.device;
  return wanted.mtime_ns == found.mtime_ns && wanted.size == found.size;
}

struct FileIdentityHash {
  size_t operator()(const event::FileIdentity& file) const noexcept {
    uint64_t mixed = (file.inode ^ file.device << 40) * 0x9e3779b97f4a7c15ull;
    mixed ^= static_cast<uint64_t>(file.mtime_ns) * 0xbf58476d1ce4e5b9ull + file.size;
    return mixed ^ mixed >> 29;
  }
};

}  // namespace picket::process
