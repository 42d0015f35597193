// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_text.h"

namespace picket::sensor::procfs {
namespace {

uint32_t namespace_inode(int process, const char* path, std::string_view kind) {
  auto link = read_link(process, path);
  if (!link) return 0;
  return static_cast<uint32_t>(parse_inode_link(*link, kind).value_or(0));
}

void read_executable(int process, event::ProcessSeen& seen) {
  auto link = read_link(process, "exe");
  if (!link) return;  // a kernel thread, or not ours to see
  ExecutableLink executable = parse_executable_link(*link);
  seen.executable = std::move(executable.path);
  seen.file_is_memfd = executable.memfd;
  seen.file_deleted = executable.deleted;
  struct stat file {};
  if (::fstatat(process, "exe", &file, 0) != 0) return;
  seen.file = {.device = file.st_dev, .inode = file.st_ino,
               .mtime_ns = file.st_mtim.tv_sec * 1'000'000'000 + file.st_mtim.tv_nsec,
               .size = static_cast<uint64_t>(file.st_size)};
  if (executable.deleted && file.st_nlink > 0 && !executable.memfd) {
    seen.file_deleted = false;  // a living file whose name ends like that
    seen.executable = *link;
  }
}

void read_arguments(int process, event::ProcessSeen& seen) {
  auto text = read_file(process, "cmdline", kCommandLineMax + 1);
  if (!text) return;
  seen.arguments_truncated = text->size() > kCommandLineMax;
  text->resize(std::min(text->size(), kCommandLineMax));
  seen.arguments = split_arguments(*text, kArgumentsMax + 1);
  if (seen.arguments.size() > kArgumentsMax) {
    seen.arguments.pop_back();
    seen.arguments_truncated = true;
  }
}

void read_cgroup(int process, const std::string& cgroup_root, ProcessRead& read) {
  auto text = read_file(process, "cgroup");
  if (!text) return;
  auto path = unified_cgroup(*text);
  if (!path) return;
  read.cgroup_path = *path;
  if (cgroup_root.empty()) return;
  struct stat directory {};
  // A cgroup's id is the inode number of its directory.
  if (::stat((cgroup_root + read.cgroup_path).c_str(), &directory) == 0) {
    read.seen.cgroup_id = directory.st_ino;
  }
}

void read_login(int process, event::ProcessSeen& seen) {
  auto text = read_file(process, "loginuid", 32);
  uint32_t uid = 0;
  if (text && std::from_chars(text->data(), text->data() + text->size(), uid).ec == std::errc()) {
    seen.login_uid = uid;
  }
}

}  // namespace

uint64_t start_ns_from_ticks(uint64_t ticks) {
  static const uint64_t per_second = [] {
    long reported = ::sysconf(_SC_CLK_TCK);
    return reported > 0 ? static_cast<uint64_t>(reported) : 100;
  }();
  return ticks * (kNsPerSecond / per_second);
}

std::optional<ProcessPulse> read_pulse(const std::string& proc_root, uint32_t pid) {
  auto text = read_file(proc_root + "/" + std::to_string(pid) + "/stat");
  if (!text) return {};
  auto stat = parse_stat(*text);
  if (!stat || stat->pid != pid) return {};
  return ProcessPulse{{pid, start_ns_from_ticks(stat->start_ticks)}, std::string(stat->command)};
}

std::optional<ProcessRead> read_process(const std::string& proc_root, uint32_t pid,
                                        const std::string& cgroup_root, MonoTime at) {
  UniqueFd process = open_process(proc_root, pid);
  if (!process) return {};
  auto stat_text = read_file(process.get(), "stat");
  auto status_text = read_file(process.get(), "status");
  if (!stat_text || !status_text) return {};
  auto stat = parse_stat(*stat_text);
  auto status = parse_status(*status_text);
  if (!stat || !status) return {};

  ProcessRead read;
  event::ProcessSeen& seen = read.seen;
  seen.key = {pid, start_ns_from_ticks(stat->start_ticks)};
  seen.origin = event::ProcessSeen::Origin::kFound;
  seen.at = at;
  seen.uid = status->uid;
  seen.gid = status->gid;
  seen.session_id = stat->session_id;
  seen.terminal = terminal_name(stat->terminal_device);
  seen.command = stat->command;
  if (status->pid_in_namespace != pid) seen.pid_in_namespace = status->pid_in_namespace;
  if (stat->parent_pid != 0) {
    auto parent = read_pulse(proc_root, stat->parent_pid);
    // A younger "parent" is another life of the pid: the real one ended in between.
    if (parent && parent->key.start_ns <= seen.key.start_ns) seen.parent = parent->key;
    else seen.parent = {stat->parent_pid, 0};
  }
  seen.network_namespace = namespace_inode(process.get(), "ns/net", "net");
  seen.pid_namespace = namespace_inode(process.get(), "ns/pid", "pid");
  seen.mount_namespace = namespace_inode(process.get(), "ns/mnt", "mnt");
  seen.working_directory = read_link(process.get(), "cwd").value_or("");
  read_executable(process.get(), seen);
  read_arguments(process.get(), seen);
  read_login(process.get(), seen);
  read_cgroup(process.get(), cgroup_root, read);
  return read;
}

std::string find_cgroup_root(const std::string& proc_root) {
  auto text = read_file(proc_root + "/self/mountinfo", 1 << 20);
  if (!text) return {};
  auto mounts = find_mounts(*text, "cgroup2");
  return mounts.empty() ? std::string() : mounts.front().mount_point;
}

}  // namespace picket::sensor::procfs
