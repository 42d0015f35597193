// SPDX-License-Identifier: Apache-2.0
#include "sensor/drives/drive_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/msdos_fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/ascii.h"
#include "base/counter.h"

namespace picket::sensor::drives {
namespace {

constexpr std::string_view kAutorun = "autorun.inf";
constexpr std::array<std::string_view, 14> kEndings{".exe", ".scr", ".com", ".pif", ".bat",
                                                    ".cmd", ".vbs", ".vbe", ".js",  ".jse",
                                                    ".wsf", ".ps1", ".hta", ".lnk"};
Counter drive_files_max{"sensor.drive_files_max", "files of drives not looked at: too many"};

struct DirectoryClose {
  void operator()(DIR* directory) const { closedir(directory); }
};

bool has_program_ending(std::string_view name) {
  const std::string folded = ascii_lowered(name);
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return folded.ends_with(ending); });
}

bool has_program_start(int fd) {
  char head[4] = {};
  const ssize_t got = pread(fd, head, sizeof head, 0);
  const std::string_view start(head, got > 0 ? static_cast<size_t>(got) : 0);
  return start.starts_with("MZ") ||
         start.starts_with(
             "\x7f"
             "ELF") ||
         start.starts_with("#!");
}

bool has_hidden_attribute(int fd) {
  uint32_t attributes = 0;
  return ioctl(fd, FAT_IOCTL_GET_ATTRIBUTES, &attributes) == 0 && attributes & ATTR_HIDDEN;
}

std::string read_start(int fd, size_t bytes_max) {
  std::string text(bytes_max, '\0');
  size_t used = 0;
  while (used < text.size()) {
    const ssize_t got = read(fd, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    used += static_cast<size_t>(got);
  }
  text.resize(used);
  return text;
}

class Walk {
 public:
  void folder(int fd, const std::string& below, bool hidden, unsigned depth);
  std::vector<DriveFile> found;

 private:
  void entry(int folder, const std::string& name, const std::string& below, bool hidden,
             unsigned depth);
  void file(int fd, const std::string& name, const std::string& below, bool hidden);
  size_t entries_ = 0;
};

// Takes over `fd`.
void Walk::folder(int fd, const std::string& below, bool hidden, unsigned depth) {
  const std::unique_ptr<DIR, DirectoryClose> directory(fdopendir(fd));
  if (!directory) {
    close(fd);
    return;
  }
  std::vector<std::string> names;  // in order, so that two looks report alike
  while (const dirent* next = readdir(directory.get())) {
    const std::string_view name = next->d_name;
    if (name == "." || name == "..") continue;
    if (++entries_ > kEntriesMax) {
      drive_files_max.add();
      break;
    }
    names.emplace_back(name);
  }
  std::ranges::sort(names);
  for (const std::string& name : names) entry(dirfd(directory.get()), name, below, hidden, depth);
}

void Walk::entry(int folder, const std::string& name, const std::string& below, bool hidden,
                 unsigned depth) {
  // Not blocking: a FIFO must not hold us up; links are not followed.
  UniqueFd fd(openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0) return;
  hidden = hidden || name.starts_with('.') || has_hidden_attribute(fd.get());
  if (S_ISDIR(status.st_mode)) {
    if (depth < kFolderDepthMax) this->folder(fd.release(), below + name + '/', hidden, depth + 1);
  } else if (S_ISREG(status.st_mode)) {
    file(fd.get(), name, below, hidden);
  }
}

void Walk::file(int fd, const std::string& name, const std::string& below, bool hidden) {
  const bool autorun = below.empty() && ascii_lowered(name) == kAutorun;
  const bool executable = !autorun && (has_program_ending(name) || has_program_start(fd));
  if (!autorun && !executable) return;
  if (found.size() == kFilesMax) return drive_files_max.add();
  found.push_back({below + name, hidden, executable,
                   autorun ? read_start(fd, kAutorunBytesMax) : std::string()});
}

}  // namespace

Result<std::vector<DriveFile>> list_drive(const UniqueFd& root) {
  const int copy = openat(root.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return system_failure("look at a drive");
  Walk walk;
  walk.folder(copy, "", false, 0);
  return std::move(walk.found);
}

}  // namespace picket::sensor::drives
