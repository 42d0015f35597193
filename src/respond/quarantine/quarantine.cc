// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/quarantine.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>

#include "base/counter.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "respond/private_store.h"
#include "respond/quarantine/file_facts.h"
#include "respond/quarantine/taken_file.h"
#include "sensor/procfs/proc_files.h"

namespace picket::respond {
namespace {

constexpr const char* kKeyName = "key";
constexpr std::string_view kItemEnding = ".json";
constexpr std::string_view kContentEnding = ".sealed";
constexpr int kCopiesMax = 3;  // of a file that somebody writes to

Counter items_max{"respond.quarantine_items_max", "files in quarantine not listed: too many"};

std::string item_name(const std::string& id) { return id + std::string(kItemEnding); }
std::string content_name(const std::string& id) { return id + std::string(kContentEnding); }

Result<UniqueFd> create(int folder, const std::string& name) {
  UniqueFd file(
      ::openat(folder, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_failure("make the file " + name + " in the quarantine");
  return file;
}

Result<SealKey> read_key(int folder) {
  const UniqueFd file(::openat(folder, kKeyName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return system_failure("open the key of the quarantine");
  SealKey key;
  if (::read(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()))
    return failure("the key of the quarantine is cut", "What is in it cannot be read any more.");
  return key;
}

// The key of the folder; a new one, whole or not at all, where there is none.
Result<SealKey> key_of(int folder) {
  if (::faccessat(folder, kKeyName, F_OK, 0) != 0) {
    SealKey fresh;
    if (RAND_bytes(fresh.data(), fresh.size()) != 1) return failure("no randomness for a key");
    const std::string name = ".key-" + std::to_string(::getpid());
    ::unlinkat(folder, name.c_str(), 0);
    TRY_ASSIGN(const UniqueFd file, create(folder, name));
    TRY(write_whole(file.get(), fresh));
    if (::fsync(file.get()) != 0) return system_failure("write the key of the quarantine");
    const bool named = ::linkat(folder, name.c_str(), folder, kKeyName, 0) == 0;
    const int why = errno;
    ::unlinkat(folder, name.c_str(), 0);
    if (!named && why != EEXIST) return system_failure("name the key of the quarantine", why);
  }
  return read_key(folder);
}

Result<std::string> new_id() {
  uint8_t bytes[8];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return failure("no randomness for an id");
  return hex_of(bytes);
}

}  // namespace

Result<Quarantine> Quarantine::open(const std::string& responses) {
  TRY_ASSIGN(const UniqueFd outer, open_private_folder(responses));
  TRY_ASSIGN(UniqueFd folder, open_private_folder_in(outer.get(), "quarantine"));
  TRY_ASSIGN(const SealKey key, key_of(folder.get()));
  return Quarantine(std::move(folder), key);
}

Result<void> Quarantine::write_item(const QuarantineItem& item) {
  const std::string fresh = item.id + ".new";
  ::unlinkat(folder_.get(), fresh.c_str(), 0);
  TRY_ASSIGN(const UniqueFd file, create(folder_.get(), fresh));
  TRY(write_whole(file.get(), as_bytes(text_of(item))));
  if (::fsync(file.get()) != 0 ||
      ::renameat(folder_.get(), fresh.c_str(), folder_.get(), item_name(item.id).c_str()) != 0 ||
      ::fsync(folder_.get()) != 0)
    return system_failure("write the index of the quarantine");
  return {};
}

// The content, sealed and read back.
Result<void> Quarantine::keep(const ExactFile& file, QuarantineItem& item) {
  for (int copy = 0;; ++copy) {
    if (copy == kCopiesMax)
      return failure(printable(file.path) + " changes while it is copied",
                     "Some process writes to it: end that first (picket kill).");
    const std::string name = content_name(item.id);
    ::unlinkat(folder_.get(), name.c_str(), 0);
    TRY_ASSIGN(const UniqueFd kept, create(folder_.get(), name));
    struct stat before {
    }, after{};
    ::fstat(file.file.get(), &before);
    TRY_ASSIGN(const Sealed sealed, seal(file.file.get(), kept.get(), key_));
    ::fstat(file.file.get(), &after);
    if (before.st_size != after.st_size || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
        before.st_mtim.tv_nsec != after.st_mtim.tv_nsec)
      continue;
    TRY_ASSIGN(const Sealed back, unseal(kept.get(), key_, [](Bytes) { return Result<void>(); }));
    if (back.sha256 != sealed.sha256 || back.bytes != sealed.bytes)
      return failure("what was kept reads back differently", "The disk may be failing.");
    item.size = sealed.bytes;
    item.sha256 = sealed.sha256;
    return {};
  }
}

Result<QuarantineItem> Quarantine::take(const ExactFile& file, QuarantineItem item) {
  TRY_ASSIGN(item.id, new_id());
  item.state = QuarantineItem::State::kBegun;
  item.path = file.path;
  item.taken = system_clock().wall();
  TRY(read_facts(file, item));
  TRY(write_item(item));
  const auto forget = [&] {
    ::unlinkat(folder_.get(), content_name(item.id).c_str(), 0);
    ::unlinkat(folder_.get(), item_name(item.id).c_str(), 0);
  };
  auto taken = TakenFile::take(file, folder_.get(), item.id);
  if (!taken) {
    forget();
    return std::unexpected(std::move(taken).error());
  }
  const bool closed = ::fchmod(file.file.get(), 0) == 0;  // nobody starts it any more
  Result<void> kept = keep(file, item);
  if (kept) {
    item.state = QuarantineItem::State::kKept;
    kept = write_item(item);
  }
  if (kept) kept = taken->unlink();
  if (!kept) {
    if (closed) ::fchmod(file.file.get(), item.mode);
    if (const auto back = taken->put_back(); !back) return std::unexpected(back.error());
    forget();
    return std::unexpected(std::move(kept).error());
  }
  return item;
}

std::vector<QuarantineItem> Quarantine::list(std::vector<std::string>& problems) const {
  std::vector<QuarantineItem> items;
  for_each_name(folder_.get(), [&](const std::string& name) {
    if (!name.ends_with(kItemEnding)) return true;
    if (items.size() == kItemsMax) {
      items_max.add();
      return false;
    }
    const auto text =
        sensor::procfs::read_file(folder_.get(), name.c_str(), QuarantineItem::kTextMax);
    auto item = text ? parse_item(*text) : std::nullopt;
    if (item && name == item_name(item->id))
      items.push_back(std::move(*item));
    else
      problems.push_back(name + " is damaged");
    return true;
  });
  std::ranges::sort(items, {},
                    [](const QuarantineItem& item) { return std::pair(item.taken.ns, item.id); });
  return items;
}

Result<QuarantineItem> Quarantine::find(const std::string& id) const {
  std::vector<std::string> problems;
  std::vector<QuarantineItem> fitting;
  for (QuarantineItem& item : list(problems))
    if (!id.empty() && item.id.starts_with(id)) fitting.push_back(std::move(item));
  if (fitting.size() == 1) return std::move(fitting.front());
  return failure(fitting.empty() ? "there is no " + printable(id) + " in the quarantine"
                                 : printable(id) + " is the beginning of several ids",
                 "picket quarantine list tells them.");
}

Result<UniqueFd> Quarantine::open_kept(const QuarantineItem& item) const {
  UniqueFd kept(
      ::openat(folder_.get(), content_name(item.id).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!kept) return system_failure("open the kept content of " + item.id);
  return kept;
}

Result<void> Quarantine::copy_out(const QuarantineItem& item, int to) const {
  TRY_ASSIGN(const UniqueFd kept, open_kept(item));
  TRY_ASSIGN(const Sealed plain,
             unseal(kept.get(), key_, [to](Bytes bytes) { return write_whole(to, bytes); }));
  if (plain.sha256 != item.sha256)
    return failure("the kept content of " + item.id + " is not what was taken");
  return {};
}

// What a crash left between taking and keeping: the file itself, under another name.
Result<void> Quarantine::restore_begun(const QuarantineItem& item) {
  TRY_ASSIGN(const ExactPlace place, open_place(item.path));
  UniqueFd beside(::openat(place.parent.get(), folder_beside(item.id).c_str(),
                           O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const std::string name = beside ? kTakenName : item.id + ".taken";
  const int from = beside ? beside.get() : folder_.get();
  const UniqueFd file(::openat(from, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!file)
    return failure(printable(item.path) + " was never taken",
                   "picket quarantine remove " + item.id);
  const std::string link = "/proc/self/fd/" + std::to_string(file.get());
  ::chmod(link.c_str(), item.mode);
  TRY(rename_to_free_name(from, name, place.parent.get(), place.name));
  if (beside) ::unlinkat(place.parent.get(), folder_beside(item.id).c_str(), AT_REMOVEDIR);
  return remove(item);
}

Result<void> Quarantine::restore(const QuarantineItem& item, const std::string& to) {
  if (item.state == QuarantineItem::State::kBegun) return restore_begun(item);
  TRY_ASSIGN(const ExactPlace place, open_place(to.empty() ? item.path : to));
  // Nobody sees the file before it is whole: it gets its name last.
  TRY_ASSIGN(NamelessFile file, NamelessFile::make(place, item.id));
  TRY(copy_out(item, file.get()));
  TRY(apply_facts(item, file.get()));
  if (::fsync(file.get()) != 0) return system_failure("write " + printable(place.path));
  TRY(file.name());
  return remove(item);
}

Result<void> Quarantine::remove(const QuarantineItem& item) {
  if (::unlinkat(folder_.get(), content_name(item.id).c_str(), 0) != 0 && errno != ENOENT)
    return system_failure("remove the kept content of " + item.id);
  if (::unlinkat(folder_.get(), item_name(item.id).c_str(), 0) != 0)
    return system_failure("remove " + item.id + " from the index");
  return {};
}

}  // namespace picket::respond
