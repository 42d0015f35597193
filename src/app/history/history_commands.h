// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/exchange_options.h"
#include "app/cli/history_options.h"
#include "base/result.h"

// The commands about what was kept: each returns the exit code. They read the store's files beside
// whoever writes them, with the caller's own rights.
namespace picket::app::history {

Result<int> run_export(const cli::ExportRequest& request);
Result<int> run_import(const cli::ImportOptions& options);
Result<int> run_hunt(const cli::HuntRequest& request);
Result<int> run_search(const cli::SearchRequest& request);
Result<int> run_incidents(const cli::IncidentsOptions& options);

}  // namespace picket::app::history
