// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/taken_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "base/utf8.h"
#include "respond/private_store.h"

namespace picket::respond {
namespace {

bool is_that_file(int folder, const std::string& name, const struct stat& wanted) {
  struct stat facts {};
  return ::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
         facts.st_dev == wanted.st_dev && facts.st_ino == wanted.st_ino;
}

}  // namespace

std::string folder_beside(const std::string& id) { return ".picket-" + id; }

Result<void> rename_to_free_name(int from_folder, const std::string& from, int to_folder,
                                 const std::string& to) {
  if (::renameat2(from_folder, from.c_str(), to_folder, to.c_str(), RENAME_NOREPLACE) == 0)
    return {};
  // A file system without that flag: a link fails where there is a file of that name.
  if (errno == EINVAL && ::linkat(from_folder, from.c_str(), to_folder, to.c_str(), 0) == 0) {
    ::unlinkat(from_folder, from.c_str(), 0);
    return {};
  }
  return system_failure("give it the name " + printable(to));
}

TakenFile::TakenFile(TakenFile&& other) noexcept
    : file_(other.file_),
      name_(std::move(other.name_)),
      folder_name_(std::move(other.folder_name_)),
      own_folder_(std::move(other.own_folder_)),
      store_(other.store_),
      there_(std::exchange(other.there_, false)) {}

TakenFile::~TakenFile() {
  if (!there_) return;
  if (const auto back = put_back(); !back)
    std::fprintf(stderr, "picket: %s\n", back.error().text().c_str());
}

Result<void> TakenFile::move_to_own_folder(const std::string& id) {
  folder_name_ = folder_beside(id);
  auto folder = open_private_folder_in(file_->parent.get(), folder_name_);
  if (!folder) return std::unexpected(std::move(folder).error());
  own_folder_ = std::move(*folder);
  name_ = kTakenName;
  if (::renameat(file_->parent.get(), file_->name.c_str(), own_folder_.get(), kTakenName) == 0)
    return {};
  const int why = errno;
  remove_own_folder();
  return system_failure(
      "take " + printable(file_->path) + " out of its folder", why,
      why == EPERM || why == EACCES ? "That takes the right to change the folder." : "");
}

Result<TakenFile> TakenFile::take(const ExactFile& file, int store, const std::string& id) {
  TakenFile taken(file, id + ".taken");
  if (::renameat(file.parent.get(), file.name.c_str(), store, taken.name_.c_str()) == 0)
    taken.store_ = store;
  else
    TRY(taken.move_to_own_folder(id));
  taken.there_ = true;
  if (!is_that_file(taken.folder(), taken.name_, file.facts)) {
    TRY(taken.put_back());
    return failure(printable(file.path) + " became another file while it was taken",
                   "Somebody exchanges it. It was left; look who writes to that folder.");
  }
  return taken;
}

void TakenFile::remove_own_folder() {
  if (!own_folder_) return;
  own_folder_.reset();
  ::unlinkat(file_->parent.get(), folder_name_.c_str(), AT_REMOVEDIR);
}

Result<void> TakenFile::unlink() {
  if (::unlinkat(folder(), name_.c_str(), 0) != 0) return system_failure("remove the taken file");
  there_ = false;
  remove_own_folder();
  return {};
}

Result<void> TakenFile::put_back() {
  there_ = false;
  if (const auto back = rename_to_free_name(folder(), name_, file_->parent.get(), file_->name);
      !back)
    return failure("put " + printable(file_->path) + " back: " + back.error().message,
                   own_folder_ ? "It is in the folder " + folder_name_ + " beside."
                               : "It is " + name_ + " in the folder of the quarantine.");
  remove_own_folder();
  return {};
}

}  // namespace picket::respond
