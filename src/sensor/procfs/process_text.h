// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The texts and link targets under /proc/PID (proc(5)) as pure functions: a process chooses its own
// name, arguments and paths, so nothing in here trusts a byte. What does not parse is nullopt, or
// that one line is left out. Views returned borrow from the text given. Safe from any thread.
namespace picket::sensor::procfs {

constexpr size_t kCommandLineMax = 4096;  // bytes of cmdline kept
constexpr size_t kArgumentsMax = 1024;
constexpr size_t kMountLinesMax = 16'384;

struct StatText {
  uint32_t pid = 0;
  std::string_view command;  // as the process set it: may hold spaces, ')' and newlines
  char state = '?';
  uint32_t parent_pid = 0;
  uint32_t session_id = 0;
  uint32_t terminal_device = 0;
  bool kernel_thread = false;  // PF_KTHREAD: runs no program
  uint64_t start_ticks = 0;    // since boot, in units of sysconf(_SC_CLK_TCK)
};
std::optional<StatText> parse_stat(std::string_view text);

struct StatusText {
  uint32_t uid = 0, gid = 0;      // effective, as the kernel's hooks tell them
  uint32_t pid_in_namespace = 0;  // innermost; 0: the line is missing (kernel before 4.1)
  uint64_t capabilities = 0;      // CapEff
};
std::optional<StatusText> parse_status(std::string_view text);

// A cmdline file: arguments divided by NUL. Trailing empty ones, left by programs that overwrite
// their title, are dropped. What is beyond kCommandLineMax or kArgumentsMax is cut, and said so.
struct CommandLine {
  std::vector<std::string> arguments;
  bool truncated = false;
};
CommandLine parse_command_line(std::string_view text);

// The absolute paths in a cgroup file.
struct CgroupLines {
  std::optional<std::string_view> unified;  // "0::/system.slice/x.service"
  std::optional<std::string_view> systemd;  // "name=systemd" of version 1 and hybrid hosts
};
CgroupLines parse_cgroup_lines(std::string_view text);

// A loginuid file; 0xffffffff means that nobody logged in.
std::optional<uint32_t> parse_login_uid(std::string_view text);

// "net:[4026531833]" with kind "net" gives 4026531833, "socket:[77]" with kind "socket" 77.
std::optional<uint64_t> parse_inode_link(std::string_view link, std::string_view kind);

// pts/3, tty1, ttyS0, console; MAJOR:MINOR for devices without a well-known name; empty for 0.
std::string terminal_name(uint32_t device);

struct ExecutableLink {
  std::string path;      // "memfd:NAME" for a memfd
  bool deleted = false;  // the link says so; a file may also be named "x (deleted)": check
  bool memfd = false;
};
ExecutableLink parse_executable_link(std::string_view link);

// One line of a mountinfo file (proc_pid_mountinfo(5)); octal escapes (\040) are decoded.
struct MountEntry {
  uint32_t id = 0;
  uint32_t major = 0, minor = 0;
  std::string root;  // which part of the file system is mounted
  std::string mount_point;
  std::string mount_options;  // of this mount
  std::string type;
  std::string source;
  std::string options;  // of the superblock, the last field
};
// Lines that are none are passed over; those beyond kMountLinesMax are not looked at.
void for_each_mount(std::string_view mountinfo,
                    const std::function<void(const MountEntry&)>& visit);

struct MountText {
  std::string root;  // which part of the file system is mounted
  std::string mount_point;
  std::string type;
  std::string options;        // of the superblock, the last field
  std::string mount_options;  // of this mount
};
// The lines of a mountinfo file whose file system is `type`; octal escapes (\040) are decoded.
// Lines beyond kMountLinesMax are not looked at.
std::vector<MountText> find_mounts(std::string_view mountinfo, std::string_view type);
// Where cgroup version 2 is mounted whole: /sys/fs/cgroup, or /sys/fs/cgroup/unified on hybrid
// hosts.
std::optional<std::string> find_unified_cgroup_mount(std::string_view mountinfo);

}  // namespace picket::sensor::procfs
