// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket::process {

// What a program's image says of itself, as far as a name can be made of it.
struct NameSources {
  std::string_view executable;  // full path; empty: not known
  std::string_view command;     // the kernel's task name, at most 15 bytes
  const std::vector<std::string>& arguments;
  bool deleted = false;
  bool memfd = false;
  bool kernel_thread = false;
};

// What people call a process:
//   nginx                        the base name of its executable, which it cannot choose
//   backup.py (python3.11)       an interpreter: what it runs, then which it is; also modules
//   app.jar (java)               (python -m, java's main class) and busybox applets
//   nginx (deleted)              the file has no name any more: replaced by an upgrade, or removed
//   memfd:x (memfd)              it never had one
//   kworker/0:1                  kernel threads: their task name
// Without an executable it is the task name, in whole when the first argument completes it. What
// stands before the brackets of an interpreter comes from arguments, which a process may rewrite.
// Bytes are passed through as they are; printable() is the screen's business. Pure.
std::string display_name(const NameSources& sources);

}  // namespace picket::process
