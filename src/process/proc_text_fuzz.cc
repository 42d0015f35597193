// SPDX-License-Identifier: Apache-2.0
// Every /proc reader over the same bytes: none may read outside them, and what they return must
// keep the stated bounds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "process/cgroup_label.h"
#include "process/proc_text.h"
#include "process/user_names.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::process;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto stat = parse_stat(text)) {
    require(stat->pid != 0 && stat->command.size() <= size);
    terminal_name(stat->tty_number);
  }
  if (const auto status = parse_status(text))
    require(status->pids_in_namespaces.size() <= kNamespaceDepthMax);
  const CommandLine line = parse_command_line(text);
  size_t argument_bytes = 0;
  for (const auto& argument : line.arguments) argument_bytes += argument.size();
  require(line.arguments.size() <= kArgumentsMax && argument_bytes <= kArgumentBytesMax);
  require(line.truncated || argument_bytes <= size);
  const CgroupLines cgroups = parse_cgroup_lines(text);
  if (cgroups.unified) describe_cgroup(*cgroups.unified);
  if (cgroups.systemd) describe_cgroup(*cgroups.systemd);
  describe_cgroup(text);
  parse_login_uid(text);
  if (const auto mount = parse_mount_line(text)) require(!mount->type.empty());
  find_unified_cgroup_mount(text);
  require(parse_executable_link(text).path.size() <= size);
  parse_namespace_link(text);
  require(parse_password_file(text).size() <= kUsersMax);
  return 0;
}
