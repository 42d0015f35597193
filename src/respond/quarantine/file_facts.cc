// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/file_facts.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <memory>

#include "base/utf8.h"
#include "respond/private_store.h"
#include "respond/quarantine/taken_file.h"

namespace picket::respond {
namespace {

constexpr uint32_t kPermissionBits = 07777;
constexpr int64_t kSecondNs = 1'000'000'000;

int64_t ns_of(const timespec& time) { return time.tv_sec * kSecondNs + time.tv_nsec; }

timespec time_of(int64_t ns) {
  int64_t seconds = ns / kSecondNs, rest = ns % kSecondNs;
  if (rest < 0) {
    --seconds;
    rest += kSecondNs;
  }
  return {seconds, rest};
}

Result<void> read_attributes(int file, QuarantineItem& item) {
  std::string names(QuarantineItem::kAttributeBytesMax, '\0');
  const ssize_t count = ::flistxattr(file, names.data(), names.size());
  if (count < 0 && (errno == ENOTSUP || errno == ENOSYS)) return {};
  if (count < 0) return system_failure("read the extended attributes");
  names.resize(static_cast<size_t>(count));
  for (size_t at = 0; at < names.size();) {
    const std::string name = names.c_str() + at;
    at += name.size() + 1;
    std::string value(QuarantineItem::kAttributeBytesMax, '\0');
    const ssize_t bytes = ::fgetxattr(file, name.c_str(), value.data(), value.size());
    if (bytes < 0) return system_failure("read the extended attribute " + printable(name));
    value.resize(static_cast<size_t>(bytes));
    if (item.attributes.size() == QuarantineItem::kAttributesMax)
      return failure("it has more than " + std::to_string(QuarantineItem::kAttributesMax) +
                     " extended attributes");
    item.attributes.emplace_back(name, std::move(value));
  }
  return {};
}

}  // namespace

Result<void> read_facts(const ExactFile& file, QuarantineItem& item) {
  item.mode = file.facts.st_mode & kPermissionBits;
  item.uid = file.facts.st_uid;
  item.gid = file.facts.st_gid;
  item.size = static_cast<uint64_t>(file.facts.st_size);
  item.access_ns = ns_of(file.facts.st_atim);
  item.change_ns = ns_of(file.facts.st_mtim);
  return read_attributes(file.file.get(), item);
}

// The owner first: changing it takes away set-user-id and capabilities.
Result<void> apply_facts(const QuarantineItem& item, int file) {
  struct stat now {};
  if (::fstat(file, &now) != 0) return system_failure("look at the restored file");
  if ((now.st_uid != item.uid || now.st_gid != item.gid) && ::fchown(file, item.uid, item.gid) != 0)
    return system_failure("give it back to its owner", errno, "That takes root.");
  for (const auto& [name, value] : item.attributes)
    if (::fsetxattr(file, name.c_str(), value.data(), value.size(), 0) != 0)
      return system_failure("give back the extended attribute " + printable(name));
  if (::fchmod(file, item.mode) != 0) return system_failure("give back its mode");
  const timespec times[2] = {time_of(item.access_ns), time_of(item.change_ns)};
  if (::futimens(file, times) != 0) return system_failure("give back its times");
  return {};
}

Result<NamelessFile> NamelessFile::make(const ExactPlace& place, const std::string& id) {
  NamelessFile file(place);
  file.file_ = UniqueFd(::openat(place.parent.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.file_) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOSYS)
    return system_failure("write to the folder of " + printable(place.path));
  file.folder_name_ = folder_beside(id);
  TRY_ASSIGN(file.own_folder_, open_private_folder_in(place.parent.get(), file.folder_name_));
  file.file_ = UniqueFd(::openat(file.own_folder_.get(), kTakenName,
                                 O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.file_) return system_failure("write to the folder of " + printable(place.path));
  return file;
}

NamelessFile::~NamelessFile() {
  if (!own_folder_) return;
  ::unlinkat(own_folder_.get(), kTakenName, 0);
  ::unlinkat(place_->parent.get(), folder_name_.c_str(), AT_REMOVEDIR);
}

Result<void> NamelessFile::name() {
  if (own_folder_)
    return rename_to_free_name(own_folder_.get(), kTakenName, place_->parent.get(), place_->name);
  const std::string link = "/proc/self/fd/" + std::to_string(file_.get());
  if (::linkat(AT_FDCWD, link.c_str(), place_->parent.get(), place_->name.c_str(),
               AT_SYMLINK_FOLLOW) == 0)
    return {};
  if (errno == EEXIST)
    return failure("there is a file " + printable(place_->path) + " by now",
                   "Move it away, or restore with --to PATH.");
  return system_failure("name " + printable(place_->path));
}

void for_each_name(int folder, const std::function<bool(const std::string& name)>& visit) {
  UniqueFd owned(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::fdopendir(owned.get()), &::closedir);
  if (!opened) return;
  owned.release();
  while (const dirent* entry = ::readdir(opened.get()))
    if (!visit(entry->d_name)) return;
}

}  // namespace picket::respond
