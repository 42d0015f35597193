// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The texts under /proc/PID (proc(5)) that a source without kernel hooks lives on, as pure
// functions: a process chooses its own name and arguments, so nothing in here trusts a byte.
// Views returned borrow from the text given. Safe from any thread.
namespace picket::sensor::procfs {

struct StatText {
  uint32_t pid = 0;
  std::string_view command;     // as the process set it: may hold spaces, ')' and newlines
  char state = '?';
  uint32_t parent_pid = 0;
  uint32_t session_id = 0;
  uint32_t terminal_device = 0;
  uint64_t start_ticks = 0;     // since boot, in units of sysconf(_SC_CLK_TCK)
};
std::optional<StatText> parse_stat(std::string_view text);

struct StatusText {
  uint32_t uid = 0, gid = 0;         // effective
  uint32_t pid_in_namespace = 0;     // innermost; 0: the line is missing (kernel before 4.1)
  uint64_t capabilities = 0;         // CapEff
};
std::optional<StatusText> parse_status(std::string_view text);

// The arguments of a cmdline file, at most `arguments_max`.
std::vector<std::string> split_arguments(std::string_view cmdline, size_t arguments_max);

// The path of the unified hierarchy ("0::/system.slice/x.service") in a cgroup file.
std::optional<std::string_view> unified_cgroup(std::string_view text);

// "net:[4026531833]" with kind "net" gives 4026531833, "socket:[77]" with kind "socket" 77.
std::optional<uint64_t> parse_inode_link(std::string_view link, std::string_view kind);

// pts/3, tty1, ttyS0, console; empty when there is no terminal or none of those.
std::string terminal_name(uint32_t device);

struct ExecutableLink {
  std::string path;      // "memfd:NAME" for a memfd
  bool deleted = false;  // the link says so; a file may also be named "x (deleted)": check st_nlink
  bool memfd = false;
};
ExecutableLink parse_executable_link(std::string_view link);

struct MountText {
  std::string mount_point;
  std::string type;
  std::string options;        // of the superblock, the last field
  std::string mount_options;  // of this mount
};
// The lines of a mountinfo file whose file system is `type`.
std::vector<MountText> find_mounts(std::string_view mountinfo, std::string_view type);

}  // namespace picket::sensor::procfs
