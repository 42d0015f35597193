// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/procfs/proc_files.h"

namespace picket::sensor::procfs {
namespace {

constexpr size_t kMountInfoMax = 4u << 20;

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
  seen.file_deleted = executable.deleted && !executable.memfd;
  struct stat file {};
  if (::fstatat(process, "exe", &file, 0) != 0) return;
  seen.file = {.device = file.st_dev,
               .inode = file.st_ino,
               .mtime_ns = file.st_mtim.tv_sec * 1'000'000'000 + file.st_mtim.tv_nsec,
               .size = static_cast<uint64_t>(file.st_size)};
  struct stat named {};
  if (executable.deleted && ::lstat(link->c_str(), &named) == 0 && named.st_ino == file.st_ino &&
      named.st_dev == file.st_dev) {
    seen.file_deleted = seen.file_is_memfd = false;  // a living file whose name ends like that
    seen.executable = *link;
  }
}

std::optional<CommandLine> read_arguments(int process) {
  auto text = read_file(process, "cmdline", kCommandLineMax + 1);
  if (!text) return {};
  return parse_command_line(*text);
}

void read_cgroup(int process, const std::string& cgroup_root, ProcessRead& read) {
  std::string text = read_file(process, "cgroup").value_or("");
  CgroupLines lines = parse_cgroup_lines(text);
  read.cgroup_path = lines.unified.value_or("");
  struct stat directory {};
  // A cgroup's id is the inode number of its directory.
  if (lines.unified && !cgroup_root.empty() &&
      ::stat((cgroup_root + read.cgroup_path).c_str(), &directory) == 0) {
    read.seen.cgroup_id = directory.st_ino;
  }
  // On hybrid and version 1 hosts systemd keeps its tree elsewhere and the unified path is "/".
  bool unified_says_nothing = !lines.unified || *lines.unified == "/";
  if (unified_says_nothing && lines.systemd && *lines.systemd != "/")
    read.seen.cgroup_path = *lines.systemd;
  else if (lines.unified && read.seen.cgroup_id == 0)
    read.seen.cgroup_path = *lines.unified;
}

bool read_ids(int process, uint32_t pid, event::ProcessSeen& seen) {
  auto text = read_file(process, "status");
  auto status = text ? parse_status(*text) : std::nullopt;
  if (!status) return false;
  seen.uid = status->uid;
  seen.gid = status->gid;
  if (status->pid_in_namespace != pid) seen.pid_in_namespace = status->pid_in_namespace;
  seen.login_uid =
      parse_login_uid(read_file(process, "loginuid").value_or("")).value_or(seen.login_uid);
  return true;
}

void read_parent(const std::string& proc_root, uint32_t parent_pid, event::ProcessSeen& seen) {
  if (parent_pid == 0) return;
  auto parent = read_pulse(proc_root, parent_pid);
  // A younger "parent" is another life of the pid: the real one ended in between.
  if (parent && parent->key.start_ns <= seen.key.start_ns)
    seen.parent = parent->key;
  else
    seen.parent = {parent_pid, 0};
}

std::optional<ProcessRead> read_once(const std::string& proc_root, int process, uint32_t pid,
                                     const std::string& cgroup_root) {
  auto text = read_file(process, "stat");
  auto stat = text ? parse_stat(*text) : std::nullopt;
  ProcessRead read;
  event::ProcessSeen& seen = read.seen;
  if (!stat || stat->pid != pid || !read_ids(process, pid, seen)) return {};
  seen.key = {pid, start_ns_from_ticks(stat->start_ticks)};
  seen.origin = event::ProcessSeen::Origin::kFound;
  seen.session_id = stat->session_id;
  seen.terminal = terminal_name(stat->terminal_device);
  seen.command = stat->command;
  seen.kernel_thread = stat->kernel_thread;
  read_parent(proc_root, stat->parent_pid, seen);
  seen.network_namespace = namespace_inode(process, "ns/net", "net");
  seen.pid_namespace = namespace_inode(process, "ns/pid", "pid");
  seen.mount_namespace = namespace_inode(process, "ns/mnt", "mnt");
  read_cgroup(process, cgroup_root, read);
  if (seen.kernel_thread) return read;
  seen.working_directory = read_link(process, "cwd").value_or("");
  read_executable(process, seen);
  if (auto line = read_arguments(process)) {
    seen.arguments = std::move(line->arguments);
    seen.arguments_truncated = line->truncated;
  }
  return read;
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
  auto stat = text ? parse_stat(*text) : std::nullopt;
  if (!stat || stat->pid != pid) return {};
  return ProcessPulse{{pid, start_ns_from_ticks(stat->start_ticks)}, std::string(stat->command)};
}

std::optional<CommandLine> read_command_line(const std::string& proc_root, uint32_t pid) {
  UniqueFd process = open_process(proc_root, pid);
  if (!process) return {};
  return read_arguments(process.get());
}

std::optional<ProcessRead> read_process(const std::string& proc_root, uint32_t pid,
                                        const std::string& cgroup_root, MonoTime at) {
  UniqueFd process = open_process(proc_root, pid);
  if (!process) return {};
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    auto program = read_link(process.get(), "exe");
    auto read = read_once(proc_root, process.get(), pid, cgroup_root);
    if (!read) return {};
    if (program != read_link(process.get(), "exe")) continue;
    read->seen.at = at;
    return read;
  }
  return {};
}

std::string find_cgroup_root(const std::string& proc_root) {
  auto text = read_file(proc_root + "/self/mountinfo", kMountInfoMax);
  return text ? find_unified_cgroup_mount(*text).value_or("") : std::string();
}

}  // namespace picket::sensor::procfs
