// SPDX-License-Identifier: Apache-2.0
#include "scan/walker.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/counter.h"
#include "base/utf8.h"

namespace picket::scan {
namespace {

Counter depth_max{"scan.depth_max", "folders not entered: too deep"};
Counter linked_max{"scan.linked_max", "hard-linked files told by each of their names"};
Counter names_max{"scan.names_max", "folders of which not all was looked at: too many names"};

constexpr int kOpenFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::vector<std::string> names_in(int folder) {
  std::vector<std::string> names;
  UniqueFd again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::fdopendir(again.get()), &::closedir);
  if (!opened) return names;
  again.release();
  while (const dirent* one = ::readdir(opened.get())) {
    const std::string_view name = one->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == Walker::kNamesMax) {
      names_max.add();
      break;
    }
    names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

void Walker::trouble(const std::string& path, std::string_view why) {
  ++trouble_count_;
  if (troubles_.size() < kTroublesMax)
    troubles_.push_back(printable(path) + ": " + std::string(why));
}

// Order of the walk is that of names within each folder: what stands before `after_` has been told.
bool Walker::passed(const std::string& path, bool folder) const {
  if (after_.empty() || !after_.starts_with(root_)) return false;
  if (folder && (after_ + "/").starts_with(path + "/")) return false;
  const size_t same = static_cast<size_t>(std::ranges::mismatch(path, after_).in1 - path.begin());
  const size_t cut = path.rfind('/', same);
  const std::string_view mine = std::string_view(path).substr(cut + 1),
                         theirs = std::string_view(after_).substr(std::min(cut + 1, after_.size()));
  return mine.substr(0, mine.find('/')) <= theirs.substr(0, theirs.find('/'));
}

bool Walker::walk(const std::string& root, const Visit& visit) {
  root_ = root.size() > 1 && root.ends_with('/') ? root.substr(0, root.size() - 1) : root;
  struct stat facts {};
  // The root itself was named by the caller: where it is a link, what it leads to is meant.
  if (::stat(root_.c_str(), &facts) != 0) {
    trouble(root_, std::strerror(errno));
    return true;
  }
  device_ = facts.st_dev;
  if (S_ISDIR(facts.st_mode)) {
    UniqueFd folder(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
      trouble(root_, std::strerror(errno));
      return true;
    }
    return enter(std::move(folder), root_ == "/" ? "" : root_, 0, visit);
  }
  return entry(AT_FDCWD, root_, root_, 0, visit);
}

bool Walker::enter(UniqueFd folder, const std::string& path, unsigned depth, const Visit& visit) {
  if (depth == kDepthMax) {
    depth_max.add();
    trouble(path, "folders in folders too deep");
    return true;
  }
  for (const std::string& name : names_in(folder.get()))
    if (!entry(folder.get(), name, path + "/" + name, depth, visit)) return false;
  return true;
}

bool Walker::entry(int folder, const std::string& name, const std::string& path, unsigned depth,
                   const Visit& visit) {
  struct stat before {};
  const int follow = depth == 0 && folder == AT_FDCWD ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::fstatat(folder, name.c_str(), &before, follow) != 0) return true;  // gone
  if (S_ISDIR(before.st_mode)) {
    if (before.st_dev != device_ || passed(path, true)) return true;
    UniqueFd below(::openat(folder, name.c_str(), kOpenFolder));
    if (!below) {
      trouble(path, std::strerror(errno));
      return true;
    }
    return enter(std::move(below), path, depth + 1, visit);
  }
  if (!S_ISREG(before.st_mode) || passed(path, false)) return true;
  FoundFile found;
  found.file =
      UniqueFd(::openat(folder, name.c_str(), follow ? kOpenFile : kOpenFile & ~O_NOFOLLOW));
  if (!found.file) {
    trouble(path, std::strerror(errno));
    return true;
  }
  // What was opened decides, not what stood there before.
  if (::fstat(found.file.get(), &found.facts) != 0 || !S_ISREG(found.facts.st_mode)) return true;
  if (found.facts.st_nlink > 1) {
    const std::pair<uint64_t, uint64_t> identity(found.facts.st_dev, found.facts.st_ino);
    if (linked_.contains(identity)) return true;
    if (linked_.size() < kLinkedMax)
      linked_.insert(identity);
    else
      linked_max.add();
  }
  found.path = path;
  found.root = root_;
  return visit(std::move(found));
}

}  // namespace picket::scan
