// SPDX-License-Identifier: Apache-2.0
#include "process/cgroup_names.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/counter.h"

namespace picket::process {
namespace {

Counter cgroups_evicted{"process.cgroups_evicted",
                        "cgroup names dropped because there were too many"};
Counter walk_bounded{"process.cgroup_walk_bounded",
                     "walks of the cgroup tree that ended early: too many folders or too deep"};

}  // namespace

void CgroupNames::add(uint64_t id, std::string_view path) {
  if (id == 0 || path.empty()) return;
  path = path.substr(0, kPathBytesMax);
  if (const auto found = names_.find(id); found != names_.end()) {
    found->second = path;
    return;
  }
  if (names_.size() >= names_max_) {
    names_.erase(in_order_.front());
    in_order_.pop_front();
    cgroups_evicted.add();
  }
  names_.emplace(id, path);
  in_order_.push_back(id);
}

Result<size_t> CgroupNames::walk(MonoTime now) {
  walked_ = true;
  walked_at_ = now;
  if (mount_.empty()) return failure("cgroup version 2 is not mounted");
  struct stat status {};
  if (::stat(mount_.c_str(), &status) != 0) return system_failure("look at " + mount_);
  add(status.st_ino, "/");
  size_t folders = 1;
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(
      mount_, std::filesystem::directory_options::skip_permission_denied, error);
  if (error) return system_failure("list " + mount_, error.value());
  // A folder that goes away while it is listed ends the walk with an error: what was learnt stays.
  for (const decltype(entry) end; entry != end && !error; entry.increment(error)) {
    if (!entry->is_directory(error) || error) {
      error.clear();
      continue;
    }
    if (folders >= names_max_ || entry.depth() >= static_cast<int>(kDepthMax)) {
      walk_bounded.add();
      break;
    }
    const std::string& path = entry->path().native();
    if (::lstat(path.c_str(), &status) != 0) continue;
    add(status.st_ino, std::string_view(path).substr(mount_.size()));
    ++folders;
  }
  return folders;
}

std::string_view CgroupNames::path(uint64_t id, MonoTime now) {
  if (const std::string_view known = known_path(id); !known.empty() || id == 0) return known;
  if (walked_ && ns_between(walked_at_, now) < kWalkEveryNs) return {};
  if (!walk(now)) return {};
  return known_path(id);
}

std::string_view CgroupNames::known_path(uint64_t id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace picket::process
