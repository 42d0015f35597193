// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

// What stands in the upper folders of a drive and could be started from there. Names and content
// are a stranger's: nothing is run, followed or written, and everything is bounded.
namespace picket::sensor::drives {

constexpr size_t kEntriesMax = 4'096;           // looked at on one drive
constexpr size_t kFilesMax = 256;               // reported of one drive
constexpr size_t kAutorunBytesMax = 64 * 1024;  // of autorun.inf
constexpr unsigned kFolderDepthMax = 2;         // below the root

struct DriveFile {
  std::string path;         // below the drive's root, / between folders
  bool hidden = false;      // itself or a folder above: a leading dot, or the FAT attribute
  bool executable = false;  // by its first bytes (PE, ELF, #!) or its ending
  std::string content;      // of autorun.inf
};

// autorun.inf in the root (any case), and executables down to kFolderDepthMax; ordered by path.
// What cannot be read is left out. Past a bound the rest is left out and counted
// (sensor.drive_files_max). May wait for a slow medium: not for a thread that serves others.
Result<std::vector<DriveFile>> list_drive(const UniqueFd& root);

}  // namespace picket::sensor::drives
