// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/rule_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

constexpr mode_t kMode = 0640;

Result<void> write_synced(const std::string& path, const std::string& text) {
  const UniqueFd file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (!file) return system_failure("write " + path);
  for (size_t at = 0; at < text.size();) {
    const ssize_t written = write(file.get(), text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_failure("write " + path);
    at += static_cast<size_t>(written);
  }
  if (fsync(file.get()) != 0) return system_failure("write " + path);
  return {};
}

}  // namespace

Result<std::string> read_whole(int file, size_t bytes_max, const std::string& name) {
  struct stat facts {};
  if (fstat(file, &facts) != 0) return system_failure("read " + name);
  if (!S_ISREG(facts.st_mode)) return failure(name + " is no file");
  if (static_cast<uint64_t>(facts.st_size) > bytes_max)
    return failure(name + " has more than " + std::to_string(bytes_max) + " bytes");
  std::string text(static_cast<size_t>(facts.st_size), '\0');
  size_t at = 0;
  while (at < text.size()) {
    const ssize_t count = pread(file, text.data() + at, text.size() - at, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read " + name);
    if (count == 0) break;
    at += static_cast<size_t>(count);
  }
  text.resize(at);
  return text;
}

Result<RuleFile> RuleFile::hold(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  UniqueFd lock(open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return system_failure("hold " + path + ".lock");
  while (flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) return system_failure("hold " + path + ".lock");
  RuleFile held(path, std::move(lock));
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return held;
  if (!file) return system_failure("read " + path);
  TRY_ASSIGN(held.text_, read_whole(file.get(), respond::firewall::kRuleFileMax, path));
  held.there_ = true;
  return held;
}

Result<void> RuleFile::replace(const std::string& text) {
  if (there_) TRY(write_synced(path_ + ".bak", text_));
  TRY(write_synced(path_ + ".new", text));
  if (rename((path_ + ".new").c_str(), path_.c_str()) != 0) return system_failure("write " + path_);
  const std::string folder = std::filesystem::path(path_).parent_path();
  const UniqueFd held(
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (held) fsync(held.get());
  return {};
}

Result<void> RuleFile::restore() {
  if (there_) return replace(text_);
  if (unlink(path_.c_str()) != 0 && errno != ENOENT) return system_failure("remove " + path_);
  return {};
}

}  // namespace picket::app::firewall
