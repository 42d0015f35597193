// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::analyze {

// A file (or standard input) to read: opened while the caller's rights are still there, read when
// they are not any more (docs/decisions/0008-analyze-gives-up-its-rights.md).
struct Input {
  std::string name;   // as shown and recorded: the path as given or found; "-": standard input
  UniqueFd fd;        // not open: `error`, or it is to be opened by its name
  uint64_t size = 0;  // bytes as stored; 0: not known (a pipe)
  std::string error;  // why it could not be opened; empty: it was, or was not tried
};

// Opens what the command line names, folders and patterns included (sensor/replay). Files beyond
// what may be open at once are opened when their turn comes. An error names what matches nothing.
Result<std::vector<Input>> open_inputs(const std::vector<std::string>& given);

}  // namespace picket::app::analyze
