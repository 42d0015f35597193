// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

namespace picket::detect::sigma {

// The whole of a regular file of at most `bytes_max`; an error names the file.
Result<std::string> read_whole_file(const std::string& path, size_t bytes_max);

}  // namespace picket::detect::sigma
