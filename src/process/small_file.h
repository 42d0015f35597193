// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"

namespace picket::process {

// The first `bytes_max` bytes of a file, read to the end without asking for its size (files of
// /proc say 0). Never blocks on a pipe or a terminal: what is not a regular file is an error.
Result<std::string> read_small_file(const std::string& path, size_t bytes_max);

}  // namespace picket::process
