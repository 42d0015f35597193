// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/analyze_options.h"
#include "base/result.h"

namespace picket::app::analyze {

// `picket analyze`: returns the exit code. Forks: the child gives up all rights, reads and judges;
// the parent reads nothing that others wrote and only gives the finished outputs their names. To be
// called once in a process, before it has threads.
Result<int> run_analyze(const cli::AnalyzeRequest& request);

}  // namespace picket::app::analyze
