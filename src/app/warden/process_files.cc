// SPDX-License-Identifier: Apache-2.0
#include "app/warden/process_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <charconv>
#include <string>

namespace picket::app::warden {
namespace {

constexpr size_t kStatBytesMax = 2048;

// The whole of a small /proc file.
Result<std::string> read_small(int directory, const char* name) {
  const UniqueFd file(openat(directory, name, O_RDONLY | O_CLOEXEC));
  if (!file) return system_failure(name);
  std::string text(kStatBytesMax, '\0');
  const ssize_t got = read(file.get(), text.data(), text.size());
  if (got < 0) return system_failure(name);
  text.resize(static_cast<size_t>(got));
  return text;
}

template <size_t N>
void read_link(int directory, const char* name, char (&out)[N]) {
  const ssize_t got = readlinkat(directory, name, out, N - 1);
  out[got > 0 ? got : 0] = 0;
}

}  // namespace

std::optional<uint64_t> start_ticks(std::string_view stat) {
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 1);
  // proc(5): the state is field 3 and the start time field 22.
  constexpr int kFieldsBefore = 19;
  size_t at = 0;
  for (int field = 0; field <= kFieldsBefore; ++field) {
    at = stat.find(' ', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  uint64_t ticks = 0;
  const auto [end, error] = std::from_chars(stat.data() + at, stat.data() + stat.size(), ticks);
  if (error != std::errc() || end == stat.data() + at) return std::nullopt;
  return ticks;
}

Result<HeldProcess> HeldProcess::hold(const event::ProcessKey& key) {
  const std::string path = "/proc/" + std::to_string(key.pid);
  UniqueFd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return system_failure(path, errno == ENOENT ? ESRCH : errno);
  TRY_ASSIGN(const std::string stat, read_small(directory.get(), "stat"));
  const auto ticks = start_ticks(stat);
  if (!ticks || *ticks != key.start_ns / event::kClockTickNs) return system_failure(path, ESRCH);
  return HeldProcess(std::move(directory));
}

Result<UniqueFd> HeldProcess::open_executable() const {
  UniqueFd file(openat(directory_.get(), "exe", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return system_failure("open the executable");
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return system_failure("look at the executable");
  if (!S_ISREG(status.st_mode)) return system_failure("the executable is no regular file", EINVAL);
  return file;
}

Result<ProcessLinksAnswer> HeldProcess::links() const {
  ProcessLinksAnswer answer;
  read_link(directory_.get(), "exe", answer.executable);
  read_link(directory_.get(), "cwd", answer.working_directory);
  struct stat status {};
  if (fstatat(directory_.get(), "exe", &status, 0) == 0) {
    answer.device = status.st_dev;
    answer.inode = status.st_ino;
    answer.size = static_cast<uint64_t>(status.st_size);
    answer.mtime_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
    answer.links = static_cast<uint32_t>(status.st_nlink);
  }
  struct stat space {};
  if (fstatat(directory_.get(), "ns/net", &space, 0) == 0)
    answer.network_namespace = static_cast<uint32_t>(space.st_ino);
  return answer;
}

}  // namespace picket::app::warden
