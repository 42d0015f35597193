// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::scan {

// One file on its way to be looked at: open, never by a name that could be another's by then.
struct FoundFile {
  std::string path;
  std::string root;  // the one of the roots it was found below
  UniqueFd file;     // for reading
  struct stat facts {};
};

// Walks trees in order of name, with the caller's rights and only to open files. No symbolic link
// is followed, no other file system entered (unless it is a root itself), nothing but regular files
// is opened, and a file with several names is told once. Bounds are counted and named in
// troubles(). One thread.
class Walker {
 public:
  static constexpr unsigned kDepthMax = 64;        // folders in folders
  static constexpr size_t kNamesMax = 1'000'000;   // in one folder
  static constexpr size_t kTroublesMax = 100;      // kept in words; more are counted
  static constexpr size_t kLinkedMax = 1'000'000;  // files with several names; then told each

  // False: stop.
  using Visit = std::function<bool(FoundFile&& file)>;
  // `after`: a path that an earlier walk of the same roots came to; what stands before it in order
  // is passed over. Empty: everything.
  explicit Walker(std::string after = {}) : after_(std::move(after)) {}

  // A root may be a file. False: stopped by `visit`.
  bool walk(const std::string& root, const Visit& visit);

  // What could not be looked at, and why.
  const std::vector<std::string>& troubles() const { return troubles_; }
  uint64_t trouble_count() const { return trouble_count_; }

 private:
  bool enter(UniqueFd folder, const std::string& path, unsigned depth, const Visit& visit);
  bool entry(int folder, const std::string& name, const std::string& path, unsigned depth,
             const Visit& visit);
  bool passed(const std::string& path, bool folder) const;
  void trouble(const std::string& path, std::string_view why);

  std::string after_, root_;
  uint64_t device_ = 0;
  std::set<std::pair<uint64_t, uint64_t>> linked_;  // device and inode of files told already
  std::vector<std::string> troubles_;
  uint64_t trouble_count_ = 0;
};

}  // namespace picket::scan
