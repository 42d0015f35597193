// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "event/vocabulary.h"

namespace picket::respond {

// One file in one folder, both open, so that nothing that is renamed or linked meanwhile changes
// which ones are meant. No symbolic link is followed anywhere on the way (openat2(2),
// RESOLVE_NO_SYMLINKS): the way goes through folders that others may write to.
struct ExactFile {
  UniqueFd parent, file;  // the file for reading
  std::string name;       // in `parent`
  std::string path;       // in full
  struct stat facts {};
};

// An Error: not there, not a regular file, or on the way there is a link (the error names where it
// leads, so that a person can decide to name that).
Result<ExactFile> open_exactly(const std::string& path);
// The folder of a file that need not be there, and its name.
struct ExactPlace {
  UniqueFd parent;
  std::string name, path;
};
Result<ExactPlace> open_place(const std::string& path);

// Why the file cannot be taken away, and what to do about it: hard links (unless this name alone is
// meant), the immutable attribute, a medium that is read-only.
Result<void> may_be_taken(const ExactFile& file, bool this_name);

// The processes that run the file or have it mapped.
std::vector<event::ProcessKey> users_of(const struct stat& facts);

}  // namespace picket::respond
