// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/facts.h"

namespace picket::process {

// DpkgDatabase answers which Debian package owns a file and whether the file still is what that
// package shipped, from dpkg's own files under ROOT/var/lib/dpkg (dpkg(1), deb-md5sums(5),
// dpkg-divert(1)); it runs no program.
//  - Packages list paths from before or after the /usr merge: where ROOT/bin is a symbolic link,
//    /bin/x and /usr/bin/x are the same file and both are looked for.
//  - A diverted file belongs to the package that shipped it under its first name; the diverting
//    package owns what stands there now.
//  - Configuration files and some packages have no checksum: PackageMatch::kNoChecksum.
// Built at the first question and again when dpkg has changed something. Keeps 8 bytes per path: a
// 48-bit hash and the package's number; a hit is checked against that package's list, so two paths
// of one hash cannot be mixed up. Bounds: kPackagesMax, kPathsMax, counted
// `process.package_paths_bounded`. Not thread-safe: the catalog's worker owns it.
class DpkgDatabase {
 public:
  static constexpr size_t kPackagesMax = 65'535;
  static constexpr size_t kPathsMax = 1'000'000;
  static constexpr size_t kListBytesMax = 32u << 20;  // of one .list or .md5sums
  static constexpr size_t kStatusBytesMax = 128u << 20;

  // `root`: where the machine's file system begins; empty for /.
  explicit DpkgDatabase(std::string root = {}, size_t paths_max = kPathsMax)
      : root_(std::move(root)), paths_max_(paths_max) {}

  struct Owner {
    std::string package;  // without architecture; empty: no package owns it
    std::string version;
    event::PackageMatch match = event::PackageMatch::kUnpackaged;
  };
  // Who owns `path` (absolute, without symbolic links), whose content has this MD5 (hex; empty: not
  // known, then a match is never claimed). An error says why it cannot be told.
  Result<Owner> find_owner(const std::string& path, const std::string& md5,
                           const std::stop_token& stop = {});

  const std::string& root() const { return root_; }
  size_t paths() const { return index_.size(); }
  size_t index_bytes() const;

 private:
  struct Package {
    std::string file;  // the stem of its files in info/: libc6:amd64
    std::string version;
  };
  struct Diversion {
    std::string from, to, package;  // package ":": the administrator's own
  };
  struct Stamp {
    int64_t info_ns = -1, status_ns = -1, diversions_ns = -1;
    bool operator==(const Stamp&) const = default;
  };

  Result<void> refresh(const std::stop_token& stop);
  Result<void> build(const std::stop_token& stop);
  void read_versions();
  void read_diversions();
  void read_merged_folders();
  void add_list(size_t package, std::string_view text);
  // The names `path` may be listed by: itself, and its other spelling under the /usr merge.
  std::vector<std::string> spellings(const std::string& path) const;
  void find_listed(const std::string& listed, std::vector<size_t>& packages) const;
  void judge(size_t package, const std::string& listed, const std::string& md5, Owner& best) const;
  std::string info_path(const Package& package, std::string_view ending) const;

  std::string root_;
  size_t paths_max_;
  Stamp stamp_;
  bool built_ = false;
  std::vector<Package> packages_;
  std::vector<uint64_t> index_;  // sorted; hash << 16 | package
  std::vector<Diversion> diversions_;
  std::vector<std::string> merged_;  // "/bin/": same as "/usr/bin/"
};

}  // namespace picket::process
