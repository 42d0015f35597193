// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/private_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace picket::detect::suricata {
namespace {

// What is not as it must be; nullptr: nothing.
const char* objection(const struct stat& status) {
  if (status.st_uid != ::geteuid()) return ": belongs to another user";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return ": others may write it";
  return nullptr;
}

}  // namespace

Result<PrivateFolder> PrivateFolder::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return system_failure("open folder " + path);
  if (const char* why = objection(status)) return failure(path + why);
  return PrivateFolder(std::move(fd), path);
}

Result<std::string> PrivateFolder::read(const std::string& name, size_t bytes_max) const {
  const std::string shown = path_ + "/" + name;
  UniqueFd file(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return system_failure("open " + shown);
  if (!S_ISREG(status.st_mode)) return failure(shown + ": not a regular file");
  if (const char* why = objection(status)) return failure(shown + why);
  if (static_cast<uint64_t>(status.st_size) > bytes_max)
    return failure(shown + ": more than " + std::to_string(bytes_max) + " bytes");
  std::string content(static_cast<size_t>(status.st_size), '\0');
  for (size_t at = 0; at < content.size();) {
    const ssize_t got = ::read(file.get(), content.data() + at, content.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read " + shown);
    if (got == 0) return failure(shown + ": became shorter while it was read");
    at += static_cast<size_t>(got);
  }
  return content;
}

Result<void> PrivateFolder::write(const std::string& name, std::string_view content) const {
  const std::string aside = name + "." + std::to_string(::getpid());
  ::unlinkat(fd_.get(), aside.c_str(), 0);  // of a process that had this number and died
  UniqueFd file(::openat(fd_.get(), aside.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  bool good = static_cast<bool>(file);
  for (size_t at = 0; good && at < content.size();) {
    const ssize_t wrote = ::write(file.get(), content.data() + at, content.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    good = wrote > 0;
    at += good ? static_cast<size_t>(wrote) : 0;
  }
  if (good && ::renameat(fd_.get(), aside.c_str(), fd_.get(), name.c_str()) == 0) return {};
  const int error = errno;
  if (file) ::unlinkat(fd_.get(), aside.c_str(), 0);
  return system_failure("write " + path_ + "/" + name, error);
}

void PrivateFolder::keep_newest(std::string_view ending, size_t count_max) const {
  UniqueFd again(::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* listing = again ? ::fdopendir(again.get()) : nullptr;
  if (listing == nullptr) return;
  again.release();                                     // closed with the listing
  std::vector<std::pair<int64_t, std::string>> files;  // time of writing, name
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (name.ends_with(ending) &&
        ::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
      files.emplace_back(status.st_mtim.tv_sec * int64_t{1'000'000'000} + status.st_mtim.tv_nsec,
                         name);
  }
  ::closedir(listing);
  std::sort(files.rbegin(), files.rend());
  for (size_t i = count_max; i < files.size(); ++i)
    ::unlinkat(fd_.get(), files[i].second.c_str(), 0);
}

}  // namespace picket::detect::suricata
