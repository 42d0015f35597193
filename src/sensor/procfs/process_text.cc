// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace picket::sensor::procfs {
namespace {

// Takes the next word off the front of `text`; empty at the end.
std::string_view next_word(std::string_view& text) {
  size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) {
    text = {};
    return {};
  }
  size_t end = std::min(text.find_first_of(" \t", start), text.size());
  std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}

std::string_view next_line(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
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
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return {};
  StatText stat;
  if (!to_number(text.substr(0, open), stat.pid)) return {};
  stat.command = text.substr(open + 2, close - open - 2);
  std::string_view rest = text.substr(close + 1);
  // Fields 3 to 22 of proc(5), the first at index 0.
  std::array<std::string_view, 20> fields;
  for (std::string_view& field : fields) field = next_word(rest);
  if (fields[0].size() != 1) return {};
  stat.state = fields[0][0];
  int32_t parent = 0, session = 0, terminal = 0;
  if (!to_number(fields[1], parent) || !to_number(fields[3], session) ||
      !to_number(fields[4], terminal) || !to_number(fields[19], stat.start_ticks)) {
    return {};
  }
  stat.parent_pid = parent > 0 ? static_cast<uint32_t>(parent) : 0;
  stat.session_id = session > 0 ? static_cast<uint32_t>(session) : 0;
  stat.terminal_device = static_cast<uint32_t>(terminal);
  return stat;
}

std::optional<StatusText> parse_status(std::string_view text) {
  StatusText status;
  bool uid_seen = false, gid_seen = false;
  next_line(text);  // "Name:", the only line whose text the process chooses
  while (!text.empty()) {
    std::string_view line = next_line(text);
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

std::vector<std::string> split_arguments(std::string_view cmdline, size_t arguments_max) {
  std::vector<std::string> arguments;
  while (!cmdline.empty() && arguments.size() < arguments_max) {
    size_t end = std::min(cmdline.find('\0'), cmdline.size());
    arguments.emplace_back(cmdline.substr(0, end));
    cmdline.remove_prefix(std::min(end + 1, cmdline.size()));
  }
  return arguments;
}

std::optional<std::string_view> unified_cgroup(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return {};
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
  // The kernel's new_encode_dev(): 12 bits of major in the middle, minor around it.
  uint32_t major = device >> 8 & 0xfff;
  uint32_t minor = (device & 0xff) | (device >> 12 & 0xfff00);
  if (major >= 136 && major <= 143) return "pts/" + std::to_string((major - 136) * 256 + minor);
  if (major == 4 && minor < 64) return "tty" + std::to_string(minor);
  if (major == 4) return "ttyS" + std::to_string(minor - 64);
  if (major == 5 && minor == 1) return "console";
  return {};
}

ExecutableLink parse_executable_link(std::string_view link) {
  constexpr std::string_view kDeleted = " (deleted)";
  ExecutableLink executable;
  if (link.ends_with(kDeleted)) {
    executable.deleted = true;
    link.remove_suffix(kDeleted.size());
  }
  if (executable.deleted && link.starts_with("/memfd:")) {
    executable.memfd = true;
    link.remove_prefix(1);
  }
  executable.path = link;
  return executable;
}

std::vector<MountText> find_mounts(std::string_view mountinfo, std::string_view type) {
  std::vector<MountText> mounts;
  while (!mountinfo.empty()) {
    std::string_view line = next_line(mountinfo);
    size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    std::string_view after = line.substr(separator + 3);
    if (next_word(after) != type) continue;
    next_word(after);  // source
    std::string_view before = line.substr(0, separator);
    for (int skipped = 0; skipped < 4; ++skipped) next_word(before);
    MountText mount;
    mount.mount_point = unescape_octal(next_word(before));
    mount.mount_options = next_word(before);
    mount.type = type;
    mount.options = next_word(after);
    if (!mount.mount_point.empty()) mounts.push_back(std::move(mount));
  }
  return mounts;
}

}  // namespace picket::sensor::procfs
