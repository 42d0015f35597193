// SPDX-License-Identifier: Apache-2.0
#include "enforce/pins.h"

#include <bpf/bpf.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <filesystem>

#include "enforce/bpf/firewall_abi.h"

namespace picket::enforce {
namespace {

namespace fs = std::filesystem;

bool is_bpf(const std::string& path) {
  struct statfs facts {};
  return statfs(path.c_str(), &facts) == 0 && facts.f_type == BPF_FS_MAGIC;
}

Result<void> make_private(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_failure("make " + path);
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != 0 ||
      (facts.st_mode & 022) != 0)
    return failure(path + " is no folder that only root may change", "Remove it, then try again.");
  return {};
}

}  // namespace

Result<void> Pins::make() const {
  const std::string parent = fs::path(folder_).parent_path();
  std::error_code ignored;
  if (!is_bpf(parent) && folder_.starts_with("/sys/fs/bpf/") &&
      mount("bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0)
    return system_failure("mount the BPF file system on /sys/fs/bpf", errno,
                          "Name another folder with --pins.");
  if (!is_bpf(parent)) fs::create_directories(parent, ignored);
  TRY(make_private(folder_));
  if (!is_bpf(folder_) &&
      mount("bpf", folder_.c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0)
    return system_failure("mount the BPF file system on " + folder_);
  for (const std::string& part : {maps_folder(), folder_ + "/links", folder_ + "/programs"})
    TRY(make_private(part));
  return {};
}

std::string Pins::maps_folder() const { return folder_ + "/maps" + std::to_string(PF_ABI); }
std::string Pins::map(std::string_view name) const {
  return maps_folder() + "/" + std::string(name);
}
std::string Pins::link(std::string_view program) const {
  return folder_ + "/links/" + std::string(program);
}
std::string Pins::program(std::string_view name) const {
  return folder_ + "/programs/" + std::string(name);
}

bool Pins::there() const {
  std::error_code ignored;
  return fs::exists(folder_ + "/links", ignored) && !fs::is_empty(folder_ + "/links", ignored);
}

Result<UniqueFd> Pins::open(const std::string& path) {
  UniqueFd fd(bpf_obj_get(path.c_str()));
  if (!fd) return system_failure("open " + path);
  return fd;
}

Result<void> Pins::remove_all() const {
  std::error_code error;
  for (const char* part : {"/links", "/programs"}) fs::remove_all(folder_ + part, error);
  if (there())
    return failure("the pins in " + folder_ + " could not be removed: " + error.message());
  for (const auto& entry : fs::directory_iterator(folder_, error))
    fs::remove_all(entry.path(), error);
  return {};
}

void Pins::remove_other_maps() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("maps") && entry.path() != maps_folder())
      fs::remove_all(entry.path(), error);
  }
}

}  // namespace picket::enforce
