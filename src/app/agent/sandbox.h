// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

namespace picket::app::agent {

// What the sandbox consists of on this kernel, for `picket doctor` and the status.
struct Sandbox {
  bool seccomp = false;
  bool landlock = false;
  std::string note;  // what is missing and why; empty: nothing
};

// Locks the calling process in, all its threads, for good: it may read files, talk over the
// descriptors it has and take UNIX clients, and nothing else. No file can be written or made
// (Landlock), no program started, no other process touched, no new kind of socket opened, of bpf()
// only map look-ups (seccomp). Call once every thread and descriptor is there. Needs no_new_privs.
// With `history`, files may also be opened for writing as far as the file system lets this user and
// this thread; with `console`, TCP clients may be taken.
Result<Sandbox> enter_sandbox(bool history, bool console);

// For the thread that writes the history, before the rest: it may change files in `folder` only
// (Landlock). False: the kernel has none.
bool confine_writer(const std::string& folder);

}  // namespace picket::app::agent
