// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

// How a process that parses what others wrote gives up its rights, for good
// (landlock(7), seccomp(2); docs/decisions/0008).
namespace picket::app::sandbox {

// For the calling process, before its threads are there: no file can be written, made, removed or
// run (Landlock). Files that are open stay usable. An Error: the kernel has no Landlock.
// With a folder named, files right there or below may still be written, made and removed.
Result<void> forbid_changing_files(const std::string& except_in = {});

// One more system call, or one with a condition on its arguments, beyond the common ones.
struct Condition {
  unsigned argument = 0;
  uint64_t mask = ~uint64_t{0};
  uint64_t value = 0;  // argument & mask must be this
};
struct Call {
  int number = 0;  // SCMP_SYS(name) of libseccomp
  std::span<const Condition> conditions;
};

// For all threads, once all are there: computing, waiting, threads, reading files and what is open,
// writing to what is open, and `more`; anything else fails with EPERM. Files are opened to be read
// only, and no memory is executable. Needs no_new_privs.
Result<void> filter_system_calls(std::span<const Call> more);

}  // namespace picket::app::sandbox
