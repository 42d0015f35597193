// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/proc_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>

#include <cerrno>
#include <charconv>
#include <memory>

namespace picket::sensor::procfs {
namespace {

std::optional<std::string> read_all(const UniqueFd& file, size_t size_max) {
  if (!file) return {};
  std::string text;
  while (text.size() < size_max) {
    size_t used = text.size();
    size_t step = std::min<size_t>(size_max - used, used == 0 ? 4096 : used);
    text.resize(used + step);
    ssize_t got = ::read(file.get(), text.data() + used, step);
    if (got < 0 && errno == EINTR) {
      text.resize(used);
      continue;
    }
    if (got < 0) return {};
    text.resize(used + static_cast<size_t>(got));
    if (got == 0) break;
  }
  return text;
}

}  // namespace

std::optional<std::string> read_file(int directory, const char* name, size_t size_max) {
  return read_all(UniqueFd(::openat(directory, name, O_RDONLY | O_CLOEXEC)), size_max);
}

std::optional<std::string> read_file(const std::string& path, size_t size_max) {
  return read_file(AT_FDCWD, path.c_str(), size_max);
}

std::optional<std::string> read_link(int directory, const char* name) {
  char target[PATH_MAX];
  ssize_t length = ::readlinkat(directory, name, target, sizeof target);
  if (length < 0) return {};
  return std::string(target, static_cast<size_t>(length));
}

UniqueFd open_process(const std::string& root, uint32_t pid) {
  std::string path = root + "/" + std::to_string(pid);
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool visit_numbers(int directory,
                   const std::function<bool(uint32_t number, const char* text)>& visit) {
  UniqueFd opened(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  if (!opened) return false;
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  std::unique_ptr<DIR, Close> stream(::fdopendir(opened.get()));
  if (!stream) return false;
  opened.release();  // closedir() closes it
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    // ENOENT: the process ended while it was read.
    if (!entry) return errno == 0 || errno == ENOENT || errno == ESRCH;
    std::string_view text = entry->d_name;
    uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) continue;
    if (!visit(number, entry->d_name)) return true;
  }
}

}  // namespace picket::sensor::procfs
