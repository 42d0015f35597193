// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/firewall_options.h"
#include "base/result.h"

// What the commands do once their options are understood; each returns the exit code. They need no
// running picket: what they change is the rule file and the kernel.
namespace picket::app::firewall {

Result<int> run_block(const cli::BlockRequest& request);  // and allow
Result<int> run_unblock(const cli::UnblockRequest& request);
Result<int> run_rules_list(const cli::RulesOptions& options);
Result<int> run_rules_export(const cli::RulesOptions& options);
Result<int> run_rules_import(const cli::RulesOptions& options);
Result<int> run_rules_log(const cli::RulesOptions& options);
// What the rule would have applied to, of what was kept.
Result<int> run_rules_test(const cli::RulesOptions& options, const respond::firewall::Rule& rule);
Result<int> run_rules_reload(const cli::RulesOptions& options);
Result<int> run_rules_mode(const cli::RulesOptions& options, respond::firewall::Mode mode);
Result<int> run_rules_confirm(const cli::RulesOptions& options, const std::vector<uint32_t>& ids);

}  // namespace picket::app::firewall
