// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/exact_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <charconv>
#include <memory>

#include "base/ascii.h"
#include "base/utf8.h"
#include "respond/process/held_process.h"
#include "sensor/procfs/proc_files.h"

namespace picket::respond {
namespace {

constexpr size_t kMapsBytesMax = 4u << 20;

UniqueFd open_without_links(int folder, const std::string& path, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
}

std::string where_it_leads(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &::free);
  return real ? "It leads to " + printable(real.get()) + ": name that, if it is meant." : "";
}

std::unexpected<Error> cannot_open(const std::string& path) {
  if (errno == ELOOP)
    return std::unexpected(
        Error{printable(path) + " goes through a symbolic link", where_it_leads(path), ELOOP});
  return system_failure("open " + printable(path));
}

std::string_view kind_words(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISBLK(mode) || S_ISCHR(mode)) return "a device";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "no regular file";
}

// A line of /proc/PID/maps (proc(5)): range perms offset MAJOR:MINOR INODE path.
bool maps_file(std::string_view line, const struct stat& facts) {
  for (int field = 0; field < 3; ++field) {
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return false;
    line.remove_prefix(blank + 1);
  }
  unsigned major = 0, minor = 0;
  uint64_t inode = 0;
  const char* end = line.data() + line.size();
  auto read = std::from_chars(line.data(), end, major, 16);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != ':') return false;
  read = std::from_chars(read.ptr + 1, end, minor, 16);
  if (read.ec != std::errc() || read.ptr == end) return false;
  read = std::from_chars(read.ptr + 1, end, inode);
  return inode == facts.st_ino && makedev(major, minor) == facts.st_dev;
}

bool uses(uint32_t pid, const struct stat& facts) {
  const UniqueFd process = sensor::procfs::open_process("/proc", pid);
  struct stat program {};
  if (!process) return false;
  if (::fstatat(process.get(), "exe", &program, 0) == 0 && program.st_ino == facts.st_ino &&
      program.st_dev == facts.st_dev)
    return true;
  const auto maps = sensor::procfs::read_file(process.get(), "maps", kMapsBytesMax);
  if (!maps) return false;
  std::string_view rest = *maps;
  while (!rest.empty())
    if (maps_file(take_until(rest, '\n'), facts)) return true;
  return false;
}

}  // namespace

Result<ExactPlace> open_place(const std::string& path) {
  const size_t slash = path.rfind('/');
  ExactPlace place;
  place.name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (place.name.empty() || place.name == "." || place.name == "..")
    return failure(printable(path) + " names a folder", "Name single files.");
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  place.parent = open_without_links(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!place.parent) return cannot_open(folder);
  const std::string link = "/proc/self/fd/" + std::to_string(place.parent.get());
  const std::string full = sensor::procfs::read_link(AT_FDCWD, link.c_str()).value_or(folder);
  place.path = full == "/" ? "/" + place.name : full + "/" + place.name;
  return place;
}

Result<ExactFile> open_exactly(const std::string& path) {
  TRY_ASSIGN(ExactPlace place, open_place(path));
  ExactFile file;
  // Looked at before it is opened for reading: opening a device or a pipe can do something.
  const UniqueFd seen = open_without_links(place.parent.get(), place.name, O_PATH | O_NOFOLLOW);
  if (!seen) return cannot_open(path);
  if (::fstat(seen.get(), &file.facts) != 0) return system_failure("look at " + printable(path));
  if (S_ISLNK(file.facts.st_mode)) {
    errno = ELOOP;
    return cannot_open(path);
  }
  if (!S_ISREG(file.facts.st_mode))
    return failure(printable(path) + " is " + std::string(kind_words(file.facts.st_mode)),
                   "Only regular files can be taken.");
  const std::string link = "/proc/self/fd/" + std::to_string(seen.get());
  file.file = UniqueFd(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.file) return system_failure("read " + printable(path));
  file.parent = std::move(place.parent);
  file.name = std::move(place.name);
  file.path = std::move(place.path);
  return file;
}

Result<void> may_be_taken(const ExactFile& file, bool this_name) {
  const std::string shown = printable(file.path);
  if (file.facts.st_nlink > 1 && !this_name)
    return failure(shown + " has " + std::to_string(file.facts.st_nlink) + " names (hard links)",
                   "find / -xdev -inum " + std::to_string(file.facts.st_ino) +
                       " tells them; --this-name takes this one and leaves the others.");
  struct statvfs medium {};
  if (::fstatvfs(file.file.get(), &medium) == 0 && (medium.f_flag & ST_RDONLY) != 0)
    return failure(shown + " is on a medium that is read-only",
                   "Take the medium out, or mount it writable (mount -o remount,rw).");
  int attributes = 0;
  if (::ioctl(file.file.get(), FS_IOC_GETFLAGS, &attributes) == 0 &&
      (attributes & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0)
    return failure(shown + " is marked immutable or append-only",
                   "chattr -ia takes the mark away; malware sets it to stay.");
  return {};
}

std::vector<event::ProcessKey> users_of(const struct stat& facts) {
  std::vector<event::ProcessKey> users;
  for (const ProcessFound& process : parents_now())
    if (!process.kernel_thread && uses(process.key.pid, facts)) users.push_back(process.key);
  return users;
}

}  // namespace picket::respond
