// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/command_tree.h"
#include "base/result.h"

namespace picket::app::cli {

std::vector<std::string_view> completion_shells();

// The script that completes commands, options and their fixed words in `shell` (bash, zsh, fish),
// made from the parser's own tree. Another shell is an error that names these. Pure; any thread.
Result<std::string> completion_script(const CommandEntry& root, std::string_view shell);

}  // namespace picket::app::cli
