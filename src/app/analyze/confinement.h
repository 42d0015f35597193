// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "base/result.h"

// How an analysis gives up its rights before it reads what others wrote: the parsers of logs and
// captures are where an endpoint tool is broken into (docs/decisions/0008).
namespace picket::app::analyze {

// What could not be given up, in words; empty: nothing.
using Shortfall = std::string;

// For the calling process, before its threads: root becomes the account of picket's agent, without
// capabilities; nobody can get rights back (no_new_privs); no file can be written, made or run
// (Landlock). Files that are open stay usable. With a folder given (open): files may still be made
// right there.
Shortfall give_up_rights(std::optional<int> folder = {});

// For all threads, once all are there: only what reading, computing and writing to open descriptors
// takes (seccomp). No sockets, no programs, no other process, files opened to be read only;
// `keeps_files`: and made as KeptFiles makes them.
Shortfall filter_system_calls(bool keeps_files = false);

}  // namespace picket::app::analyze
