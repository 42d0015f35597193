// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace picket::sensor::procfs {
namespace {

constexpr uint32_t kKernelThreadFlag = 0x00200000;  // PF_KTHREAD of <linux/sched.h>

// Takes the next word off the front of `text`; empty at the end.
std::string_view next_word(std::string_view& text) {
  size_t start = text.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) {
    text = {};
    return {};
  }
  size_t end = std::min(text.find_first_of(" \t\n", start), text.size());
  std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}

// Takes the text up to `separator` off the front of `text`, or all of it where there is none.
std::string_view take_until(std::string_view& text, char separator) {
  size_t end = std::min(text.find(separator), text.size());
  std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

template <typename T>
bool to_number(std::string_view word, T& number, int base = 10) {
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  return error == std::errc() && end == word.data() + word.size() && !word.empty();
}

bool read_ids(std::string_view line, uint32_t& effective) {
  next_word(line);  // real
  return to_number(next_word(line), effective);
}

std::string_view last_word(std::string_view line) {
  std::string_view word;
  for (std::string_view next = next_word(line); !next.empty(); next = next_word(line)) word = next;
  return word;
}

// mountinfo writes space, tab, newline and backslash as three octal digits.
std::string unescape_octal(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    uint8_t byte = 0;
    if (text[i] == '\\' && i + 3 < text.size() && to_number(text.substr(i + 1, 3), byte, 8)) {
      out.push_back(static_cast<char>(byte));
      i += 3;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

std::optional<StatText> parse_stat(std::string_view text) {
  size_t open = text.find(" (");
  size_t close = text.rfind(')');  // the name itself may hold any number of them
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
    return {};
  StatText stat;
  if (!to_number(text.substr(0, open), stat.pid) || stat.pid == 0) return {};
  stat.command = text.substr(open + 2, close - open - 2);
  std::string_view rest = text.substr(close + 1);
  // Fields 3 to 22 of proc(5), the first at index 0.
  std::array<std::string_view, 20> fields;
  for (std::string_view& field : fields) field = next_word(rest);
  if (fields[0].size() != 1) return {};
  stat.state = fields[0][0];
  // Sessions of another pid namespace are printed as 0 or -1, terminals signed.
  int32_t parent = 0, session = 0, terminal = 0;
  uint32_t flags = 0;
  if (!to_number(fields[1], parent) || !to_number(fields[3], session) ||
      !to_number(fields[4], terminal) || !to_number(fields[6], flags) ||
      !to_number(fields[19], stat.start_ticks)) {
    return {};
  }
  stat.parent_pid = parent > 0 ? static_cast<uint32_t>(parent) : 0;
  stat.session_id = session > 0 ? static_cast<uint32_t>(session) : 0;
  stat.terminal_device = static_cast<uint32_t>(terminal);
  stat.kernel_thread = (flags & kKernelThreadFlag) != 0;
  return stat;
}

std::optional<StatusText> parse_status(std::string_view text) {
  StatusText status;
  bool uid_seen = false, gid_seen = false;
  take_until(text, '\n');  // "Name:", the only line whose text the process chooses
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.starts_with("Uid:")) {
      uid_seen = read_ids(line.substr(4), status.uid);
    } else if (line.starts_with("Gid:")) {
      gid_seen = read_ids(line.substr(4), status.gid);
    } else if (line.starts_with("NStgid:")) {
      if (!to_number(last_word(line.substr(7)), status.pid_in_namespace)) return {};
    } else if (line.starts_with("CapEff:")) {
      if (!to_number(last_word(line.substr(7)), status.capabilities, 16)) return {};
    }
  }
  if (!uid_seen || !gid_seen) return {};
  return status;
}

CommandLine parse_command_line(std::string_view text) {
  CommandLine line;
  line.truncated = text.size() > kCommandLineMax;
  text = text.substr(0, kCommandLineMax);
  while (text.ends_with('\0')) text.remove_suffix(1);
  while (!text.empty()) {
    if (line.arguments.size() == kArgumentsMax) {
      line.truncated = true;
      break;
    }
    line.arguments.emplace_back(take_until(text, '\0'));
  }
  return line;
}

CgroupLines parse_cgroup_lines(std::string_view text) {
  CgroupLines lines;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    std::string_view id = take_until(line, ':');
    std::string_view controllers = take_until(line, ':');
    if (!line.starts_with('/')) continue;
    if (id == "0" && controllers.empty()) lines.unified = line;
    if (controllers == "name=systemd") lines.systemd = line;
  }
  return lines;
}

std::optional<uint32_t> parse_login_uid(std::string_view text) {
  uint32_t uid = 0;
  if (!to_number(next_word(text), uid)) return {};
  return uid;
}

std::optional<uint64_t> parse_inode_link(std::string_view link, std::string_view kind) {
  if (!link.starts_with(kind)) return {};
  link.remove_prefix(kind.size());
  if (!link.starts_with(":[") || !link.ends_with(']')) return {};
  uint64_t inode = 0;
  if (!to_number(link.substr(2, link.size() - 3), inode)) return {};
  return inode;
}

std::string terminal_name(uint32_t device) {
  if (device == 0) return {};
  // The kernel's new_encode_dev(): 12 bits of major in the middle, minor around it.
  uint32_t major = device >> 8 & 0xfff;
  uint32_t minor = (device & 0xff) | (device >> 12 & 0xfff00);
  if (major >= 136 && major <= 143) return "pts/" + std::to_string((major - 136) * 256 + minor);
  if (major == 4 && minor < 64) return "tty" + std::to_string(minor);
  if (major == 4) return "ttyS" + std::to_string(minor - 64);
  if (major == 5 && minor == 0) return "tty";
  if (major == 5 && minor == 1) return "console";
  if (major == 166) return "ttyACM" + std::to_string(minor);
  if (major == 188) return "ttyUSB" + std::to_string(minor);
  if (major == 229) return "hvc" + std::to_string(minor);
  return std::to_string(major) + ":" + std::to_string(minor);
}

ExecutableLink parse_executable_link(std::string_view link) {
  constexpr std::string_view kDeleted = " (deleted)";
  ExecutableLink executable;
  if (link.ends_with(kDeleted)) {
    executable.deleted = true;
    link.remove_suffix(kDeleted.size());
  }
  // A memfd never has a name on disk; a file in a folder "/memfd:x" shows as kept.
  if (executable.deleted && link.starts_with("/memfd:")) {
    executable.memfd = true;
    link.remove_prefix(1);
  }
  executable.path = link;
  return executable;
}

void for_each_mount(std::string_view mountinfo,
                    const std::function<void(const MountEntry&)>& visit) {
  for (size_t lines = 0; !mountinfo.empty() && lines < kMountLinesMax; ++lines) {
    const std::string_view line = take_until(mountinfo, '\n');
    const size_t separator =
        line.find(" - ");  // ends the optional fields; no path holds a bare space
    if (separator == std::string_view::npos) continue;
    std::string_view after = line.substr(separator + 3), before = line.substr(0, separator);
    MountEntry mount;
    mount.type = next_word(after);
    mount.source = unescape_octal(next_word(after));
    mount.options = next_word(after);
    const bool numbered = to_number(next_word(before), mount.id);
    next_word(before);  // the parent's id
    std::string_view device = next_word(before);
    const std::string_view major = take_until(device, ':');
    if (!numbered || !to_number(major, mount.major) || !to_number(device, mount.minor)) continue;
    mount.root = unescape_octal(next_word(before));
    mount.mount_point = unescape_octal(next_word(before));
    mount.mount_options = next_word(before);
    if (!mount.mount_point.empty()) visit(mount);
  }
}

std::vector<MountText> find_mounts(std::string_view mountinfo, std::string_view type) {
  std::vector<MountText> mounts;
  for_each_mount(mountinfo, [&](const MountEntry& mount) {
    if (mount.type == type)
      mounts.push_back(
          {mount.root, mount.mount_point, mount.type, mount.options, mount.mount_options});
  });
  return mounts;
}

std::optional<std::string> find_unified_cgroup_mount(std::string_view mountinfo) {
  for (MountText& mount : find_mounts(mountinfo, "cgroup2"))
    if (mount.root == "/") return std::move(mount.mount_point);
  return {};
}

}  // namespace picket::sensor::procfs
