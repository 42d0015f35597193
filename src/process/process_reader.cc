// SPDX-License-Identifier: Apache-2.0
#include "process/process_reader.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "process/file_identity.h"
#include "process/proc_text.h"
#include "process/small_file.h"

namespace picket::process {
namespace {

constexpr size_t kTextBytesMax = 64 * 1024;        // stat, status, cgroup, loginuid
constexpr size_t kMountInfoBytesMax = 4u << 20;
// A process that starts another program while being read is read again, so often.
constexpr int kAttempts = 3;

std::string text_or_empty(const std::string& path, size_t bytes_max = kTextBytesMax) {
  auto text = read_small_file(path, bytes_max);
  return text ? std::move(*text) : std::string();
}

std::string link_or_empty(const std::string& path) {
  auto target = read_link(path);
  return target ? std::move(*target) : std::string();
}

uint32_t namespace_inode(const std::string& folder, const char* kind) {
  return parse_namespace_link(link_or_empty(folder + "/ns/" + kind));
}

void read_status(const std::string& folder, event::ProcessSeen& seen) {
  const auto status = parse_status(text_or_empty(folder + "/status"));
  if (!status) return;
  seen.uid = status->uid;
  seen.gid = status->gid;
  seen.kernel_thread = seen.kernel_thread || status->kernel_thread;
  if (status->pids_in_namespaces.size() > 1)
    seen.pid_in_namespace = status->pids_in_namespaces.back();
}

}  // namespace

ProcessReader::ProcessReader(std::string proc_root, std::string cgroup_mount)
    : proc_root_(std::move(proc_root)), cgroup_mount_(std::move(cgroup_mount)) {
  if (!cgroup_mount_.empty()) return;
  const std::string mounts = text_or_empty(proc_root_ + "/self/mountinfo", kMountInfoBytesMax);
  cgroup_mount_ = find_unified_cgroup_mount(mounts).value_or("");
}

Result<event::ProcessKey> ProcessReader::key(uint32_t pid) const {
  const std::string path = proc_root_ + "/" + std::to_string(pid) + "/stat";
  TRY_ASSIGN(const std::string text, read_small_file(path, kTextBytesMax));
  const auto stat = parse_stat(text);
  if (!stat) return failure(path + " is not what proc(5) describes");
  return event::ProcessKey{pid, stat->start_ticks * event::kClockTickNs};
}

Result<event::ProcessSeen> ProcessReader::read(uint32_t pid, MonoTime at) const {
  const std::string folder = proc_root_ + "/" + std::to_string(pid);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string before = link_or_empty(folder + "/exe");
    TRY_ASSIGN(event::ProcessSeen seen, read_once(pid, at));
    TRY_ASSIGN(const event::ProcessKey after, key(pid));
    if (after != seen.key) continue;
    if (before == link_or_empty(folder + "/exe")) return seen;
  }
  return failure("process " + std::to_string(pid) + " kept changing while it was read");
}

Result<event::ProcessSeen> ProcessReader::read_once(uint32_t pid, MonoTime at) const {
  const std::string folder = proc_root_ + "/" + std::to_string(pid);
  TRY_ASSIGN(const std::string text, read_small_file(folder + "/stat", kTextBytesMax));
  const auto stat = parse_stat(text);
  if (!stat) return failure(folder + "/stat is not what proc(5) describes");
  event::ProcessSeen seen;
  seen.origin = event::ProcessSeen::Origin::kFound;
  seen.at = at;
  seen.key = {pid, stat->start_ticks * event::kClockTickNs};
  seen.parent.pid = stat->parent_pid;
  if (stat->parent_pid != 0) {
    // The parent may have gone and its pid may be another's by now; that one started later.
    const auto parent = key(stat->parent_pid);
    if (parent && parent->start_ns <= seen.key.start_ns) seen.parent = *parent;
  }
  seen.command = stat->command;
  seen.session_id = stat->session_id;
  seen.terminal = terminal_name(stat->tty_number);
  seen.kernel_thread = stat->kernel_thread;
  read_status(folder, seen);
  if (const auto uid = parse_login_uid(text_or_empty(folder + "/loginuid"))) seen.login_uid = *uid;
  seen.network_namespace = namespace_inode(folder, "net");
  seen.pid_namespace = namespace_inode(folder, "pid");
  seen.mount_namespace = namespace_inode(folder, "mnt");
  read_cgroup(folder, seen);
  if (seen.kernel_thread) return seen;
  CommandLine line =
      parse_command_line(text_or_empty(folder + "/cmdline", kArgumentBytesMax + 1));
  seen.arguments = std::move(line.arguments);
  seen.arguments_truncated = line.truncated;
  seen.working_directory = link_or_empty(folder + "/cwd");
  read_executable(folder, seen);
  return seen;
}

void ProcessReader::read_executable(const std::string& folder, event::ProcessSeen& seen) const {
  const std::string link_path = folder + "/exe";
  const std::string target = link_or_empty(link_path);
  ExecutableLink link = parse_executable_link(target);
  struct stat running {};
  const bool reached = !target.empty() && ::stat(link_path.c_str(), &running) == 0;
  if (reached) seen.file = identity_of(running);
  struct stat named {};
  if (link.deleted && reached && ::lstat(target.c_str(), &named) == 0 &&
      named.st_ino == running.st_ino && named.st_dev == running.st_dev) {
    link = {target, false, false};  // the file really is called "... (deleted)"
  }
  seen.executable = std::move(link.path);
  seen.file_deleted = link.deleted && !link.memfd;
  seen.file_is_memfd = link.memfd;
}

void ProcessReader::read_cgroup(const std::string& folder, event::ProcessSeen& seen) const {
  const std::string text = text_or_empty(folder + "/cgroup");
  const CgroupLines lines = parse_cgroup_lines(text);
  if (lines.unified && !cgroup_mount_.empty()) {
    struct stat status {};
    const std::string path = cgroup_mount_ + std::string(*lines.unified);
    if (::stat(path.c_str(), &status) == 0) seen.cgroup_id = status.st_ino;
  }
  // On hybrid and version 1 hosts systemd keeps its tree elsewhere and the unified path is "/".
  const bool unified_says_nothing = !lines.unified || *lines.unified == "/";
  if (unified_says_nothing && lines.systemd && *lines.systemd != "/")
    seen.cgroup_path = *lines.systemd;
  else if (lines.unified && seen.cgroup_id == 0)
    seen.cgroup_path = *lines.unified;
}

Result<std::vector<uint32_t>> ProcessReader::pids() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(proc_root_.c_str()), &::closedir);
  if (!folder) return system_failure("open " + proc_root_);
  std::vector<uint32_t> pids;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    uint32_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size() && pid != 0) pids.push_back(pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

Result<event::ProcessSeen> read_process(const std::string& proc_root, uint32_t pid, MonoTime at) {
  return ProcessReader(proc_root).read(pid, at);
}

}  // namespace picket::process
