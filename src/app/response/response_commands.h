// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/response_options.h"
#include "app/cli/scan_options.h"
#include "base/result.h"
#include "respond/process/process_action.h"

// The commands that do something about what was found. Each gives the program's exit code; each act
// is written to the audit log before and after.
namespace picket::app::response {

Result<int> run_process_act(const cli::ProcessActOptions& options, respond::ProcessAct act);
Result<int> run_quarantine_add(const cli::QuarantineAddOptions& options);
Result<int> run_quarantine_list(const cli::QuarantineListOptions& options);
Result<int> run_quarantine_restore(const cli::QuarantineRestoreOptions& options);
Result<int> run_quarantine_remove(const cli::QuarantineRemoveRequest& request);
Result<int> run_scan(const cli::ScanRequest& request);
Result<int> run_guard(const cli::GuardOptions& options);
Result<int> run_sample(const cli::SampleOptions& options);
Result<int> run_audit(const cli::AuditOptions& options);

}  // namespace picket::app::response
