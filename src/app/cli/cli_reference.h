// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/cli/command_tree.h"

namespace picket::app::cli {

// The reference of all commands and options in Markdown (docs/reference/cli.md), made from the
// parser's own tree; a test compares the committed page with it. Pure; any thread.
std::string cli_reference(const CommandEntry& root);

}  // namespace picket::app::cli
