// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace picket::app::cli {

// What is wrong with a command line that `root` refused to parse, and what to write instead: the
// command or option that was probably meant, where one is near. For kExitWrongUse; requests for
// help and version are not errors and must not come here.
Error explain_wrong_use(const CLI::App& root, const CLI::ParseError& error);

}  // namespace picket::app::cli
