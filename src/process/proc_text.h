// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Readers of the text that Linux puts under /proc (proc(5)). Pure functions over bytes that any
// process of the machine may have shaped (its name, arguments, paths), so nothing here trusts a
// length or a separator: what does not parse is nullopt, or that one line or field is left out.
// Views in the results borrow from the text given. Text longer than the stated bounds is cut.
namespace picket::process {

constexpr size_t kArgumentBytesMax = 4096;   // of one command line; the rest is cut, and said so
constexpr size_t kArgumentsMax = 1024;       // single arguments
constexpr size_t kMountLinesMax = 16'384;
constexpr size_t kNamespaceDepthMax = 32;    // the kernel's own limit for nested pid namespaces

// /proc/PID/stat. The command is whatever the process calls itself and may hold spaces, closing
// parentheses and newlines: it ends at the last ")" of the text.
struct StatLine {
  uint32_t pid = 0;
  std::string_view command;
  char state = '?';
  uint32_t parent_pid = 0;
  uint32_t process_group = 0;
  uint32_t session_id = 0;
  uint32_t tty_number = 0;     // 0: no terminal
  bool kernel_thread = false;  // PF_KTHREAD
  uint64_t start_ticks = 0;    // since boot (CLOCK_BOOTTIME), 100 a second
};
std::optional<StatLine> parse_stat(std::string_view text);

// /proc/PID/status. Ids are the real ones, like those that the kernel's hooks report.
struct StatusText {
  uint32_t thread_group = 0;
  uint32_t parent_pid = 0;
  uint32_t uid = 0, effective_uid = 0;
  uint32_t gid = 0;
  uint32_t threads = 0;
  bool kernel_thread = false;                 // "Kthread: 1" (Linux 6.8 and later)
  std::vector<uint32_t> pids_in_namespaces;   // NSpid: outermost first
};
std::optional<StatusText> parse_status(std::string_view text);

// /proc/PID/cmdline: arguments divided by NUL. Trailing empty ones (left by programs that
// overwrite their title) are dropped.
struct CommandLine {
  std::vector<std::string> arguments;
  bool truncated = false;
};
CommandLine parse_command_line(std::string_view text);

// /proc/PID/cgroup.
struct CgroupLines {
  std::optional<std::string_view> unified;  // the "0::" line
  std::optional<std::string_view> systemd;  // "name=systemd" of version 1 and hybrid hosts
};
CgroupLines parse_cgroup_lines(std::string_view text);

// /proc/PID/loginuid: 0xffffffff means that nobody logged in.
std::optional<uint32_t> parse_login_uid(std::string_view text);

// One line of /proc/PID/mountinfo; octal escapes (\040) are decoded.
struct MountLine {
  uint32_t major = 0, minor = 0;
  std::string root;         // which part of the file system is mounted
  std::string mount_point;
  std::string type;
  std::string source;
  std::string super_options;
};
std::optional<MountLine> parse_mount_line(std::string_view line);
// Where cgroup version 2 is mounted whole, by the text of mountinfo: /sys/fs/cgroup, or
// /sys/fs/cgroup/unified on hybrid hosts.
std::optional<std::string> find_unified_cgroup_mount(std::string_view mountinfo);

// The target of /proc/PID/exe. "/usr/bin/x (deleted)" may also be a file really called so: whoever
// can look at the file system must check that before believing `deleted`.
struct ExecutableLink {
  std::string path;      // "memfd:NAME" for an anonymous file
  bool deleted = false;
  bool memfd = false;
};
ExecutableLink parse_executable_link(std::string_view target);

// The inode number in "net:[4026531840]"; 0 where it is not that.
uint32_t parse_namespace_link(std::string_view target);

// pts/3, tty1, ttyS0, console; MAJOR:MINOR for devices without a well-known name; empty for 0.
std::string terminal_name(uint32_t tty_number);

}  // namespace picket::process
