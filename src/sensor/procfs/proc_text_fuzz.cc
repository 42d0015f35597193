// SPDX-License-Identifier: Apache-2.0
// Every reader of /proc/PID texts over the same bytes: none may read outside them, and what they
// return must keep the stated bounds.
#include <cstdlib>

#include "base/byte_reader.h"
#include "sensor/procfs/process_text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::sensor::procfs;
  const std::string_view text = picket::as_text(picket::Bytes(data, size));
  if (const auto stat = parse_stat(text)) {
    require(stat->pid != 0 && stat->command.size() <= size);
    require(terminal_name(stat->terminal_device).empty() == (stat->terminal_device == 0));
  }
  parse_status(text);
  const CommandLine line = parse_command_line(text);
  size_t argument_bytes = 0;
  for (const auto& argument : line.arguments) argument_bytes += argument.size();
  require(line.arguments.size() <= kArgumentsMax && argument_bytes <= kCommandLineMax);
  require(line.truncated || argument_bytes <= size);
  const CgroupLines cgroups = parse_cgroup_lines(text);
  require(!cgroups.unified || cgroups.unified->starts_with('/'));
  require(!cgroups.systemd || cgroups.systemd->starts_with('/'));
  parse_login_uid(text);
  for (const MountText& mount : find_mounts(text, "cgroup2")) require(!mount.mount_point.empty());
  find_unified_cgroup_mount(text);
  require(parse_executable_link(text).path.size() <= size);
  parse_inode_link(text, "net");
  return 0;
}
