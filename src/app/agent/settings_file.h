// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"

namespace picket::app::agent {

constexpr size_t kSettingsBytesMax = 1 << 20;

// The text of a file with settings of the behaviours. An error says which file and why.
Result<std::string> read_settings_file(const std::string& path);

}  // namespace picket::app::agent
