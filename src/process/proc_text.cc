// SPDX-License-Identifier: Apache-2.0
#include "process/proc_text.h"

#include <charconv>

namespace picket::process {
namespace {

constexpr uint32_t kKernelThreadFlag = 0x00200000;  // PF_KTHREAD of <linux/sched.h>

// Takes the text up to `separator` off the front of `rest`; all of it where there is none.
std::string_view take_until(std::string_view& rest, char separator) {
  const size_t at = rest.find(separator);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

// The next word; blanks and tabs before it are skipped.
std::string_view take_word(std::string_view& rest) {
  const size_t start = rest.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(start);
  const size_t end = rest.find_first_of(" \t\n");
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(word.size());
  return word;
}

template <typename T>
bool read_number(std::string_view word, T& number) {
  if (word.empty()) return false;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

// Process groups and sessions of another pid namespace are printed as 0 or -1; both mean unknown.
uint32_t read_id(std::string_view word) {
  int64_t id = 0;
  if (!read_number(word, id) || id < 0 || id > UINT32_MAX) return 0;
  return static_cast<uint32_t>(id);
}

void read_status_field(std::string_view name, std::string_view value, StatusText& status) {
  if (name == "Tgid") {
    status.thread_group = read_id(take_word(value));
  } else if (name == "PPid") {
    status.parent_pid = read_id(take_word(value));
  } else if (name == "Uid") {
    status.uid = read_id(take_word(value));
    status.effective_uid = read_id(take_word(value));
  } else if (name == "Gid") {
    status.gid = read_id(take_word(value));
  } else if (name == "Threads") {
    status.threads = read_id(take_word(value));
  } else if (name == "Kthread") {
    status.kernel_thread = take_word(value) == "1";
  } else if (name == "NSpid") {
    status.pids_in_namespaces.clear();
    while (status.pids_in_namespaces.size() < kNamespaceDepthMax) {
      const std::string_view word = take_word(value);
      if (word.empty()) break;
      status.pids_in_namespaces.push_back(read_id(word));
    }
  }
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

std::string decode_octal(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && is_octal(text[i + 1]) &&
        is_octal(text[i + 2]) && is_octal(text[i + 3])) {
      decoded += static_cast<char>((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 |
                                   (text[i + 3] - '0'));
      i += 3;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

std::optional<StatLine> parse_stat(std::string_view text) {
  StatLine line;
  const size_t open = text.find('(');
  const size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  std::string_view head = text.substr(0, open);
  if (!read_number(take_word(head), line.pid) || line.pid == 0) return {};
  line.command = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  // proc(5) numbers the fields from 1: the state is field 3, the start field 22.
  std::array<std::string_view, 20> fields;
  for (std::string_view& field : fields) field = take_word(rest);
  const auto field = [&](size_t number) { return fields[number - 3]; };
  if (field(3).size() != 1) return {};
  line.state = field(3)[0];
  line.parent_pid = read_id(field(4));
  line.process_group = read_id(field(5));
  line.session_id = read_id(field(6));
  int32_t tty = 0;  // printed signed
  if (read_number(field(7), tty)) line.tty_number = static_cast<uint32_t>(tty);
  uint32_t flags = 0;
  if (!read_number(field(9), flags)) return {};
  line.kernel_thread = (flags & kKernelThreadFlag) != 0;
  if (!read_number(field(22), line.start_ticks)) return {};
  return line;
}

std::optional<StatusText> parse_status(std::string_view text) {
  StatusText status;
  bool found_uid = false;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    found_uid |= name == "Uid";
    read_status_field(name, line.substr(colon + 1), status);
  }
  if (!found_uid) return {};
  return status;
}

CommandLine parse_command_line(std::string_view text) {
  CommandLine line;
  if (text.size() > kArgumentBytesMax) {
    text = text.substr(0, kArgumentBytesMax);
    line.truncated = true;
  }
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
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
    const std::string_view id = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    if (!line.starts_with('/')) continue;
    if (id == "0" && controllers.empty()) lines.unified = line;
    if (controllers == "name=systemd") lines.systemd = line;
  }
  return lines;
}

std::optional<uint32_t> parse_login_uid(std::string_view text) {
  uint32_t uid = 0;
  if (!read_number(take_word(text), uid)) return {};
  return uid;
}

std::optional<MountLine> parse_mount_line(std::string_view line) {
  MountLine mount;
  take_word(line);  // mount id
  take_word(line);  // parent's mount id
  std::string_view device = take_word(line);
  if (!read_number(take_until(device, ':'), mount.major) || !read_number(device, mount.minor))
    return {};
  mount.root = decode_octal(take_word(line));
  mount.mount_point = decode_octal(take_word(line));
  take_word(line);  // mount options
  std::string_view word;
  do {  // optional fields, closed by a single hyphen
    word = take_word(line);
  } while (!word.empty() && word != "-");
  if (word.empty()) return {};
  mount.type = take_word(line);
  mount.source = decode_octal(take_word(line));
  mount.super_options = take_word(line);
  if (mount.type.empty()) return {};
  return mount;
}

std::optional<std::string> find_unified_cgroup_mount(std::string_view mountinfo) {
  for (size_t lines = 0; !mountinfo.empty() && lines < kMountLinesMax; ++lines) {
    auto mount = parse_mount_line(take_until(mountinfo, '\n'));
    if (mount && mount->type == "cgroup2" && mount->root == "/") return std::move(mount->mount_point);
  }
  return {};
}

ExecutableLink parse_executable_link(std::string_view target) {
  constexpr std::string_view kDeleted = " (deleted)";
  constexpr std::string_view kMemfd = "/memfd:";
  ExecutableLink link;
  if (target.ends_with(kDeleted)) {
    link.deleted = true;
    target.remove_suffix(kDeleted.size());
  }
  // An anonymous file never has a name on disk; a file in a folder "/memfd:x" would show as kept.
  if (link.deleted && target.starts_with(kMemfd)) {
    link.memfd = true;
    target.remove_prefix(1);
  }
  link.path = target;
  return link;
}

uint32_t parse_namespace_link(std::string_view target) {
  const size_t open = target.find(":[");
  if (open == std::string_view::npos || !target.ends_with(']')) return 0;
  uint32_t inode = 0;
  const std::string_view digits = target.substr(open + 2, target.size() - open - 3);
  return read_number(digits, inode) ? inode : 0;
}

std::string terminal_name(uint32_t tty_number) {
  if (tty_number == 0) return {};
  // The kernel's "new" device encoding: minor in bits 0-7 and 20-31, major in bits 8-19.
  const uint32_t major = tty_number >> 8 & 0xfff;
  const uint32_t minor = (tty_number & 0xff) | (tty_number >> 12 & 0xfff00);
  if (major >= 136 && major <= 143) return "pts/" + std::to_string((major - 136) * 256 + minor);
  if (major == 4) {
    return minor < 64 ? "tty" + std::to_string(minor) : "ttyS" + std::to_string(minor - 64);
  }
  if (major == 5 && minor == 0) return "tty";
  if (major == 5 && minor == 1) return "console";
  if (major == 229) return "hvc" + std::to_string(minor);
  if (major == 188) return "ttyUSB" + std::to_string(minor);
  if (major == 166) return "ttyACM" + std::to_string(minor);
  return std::to_string(major) + ":" + std::to_string(minor);
}

}  // namespace picket::process
