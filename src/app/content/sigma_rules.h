// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/sigma/rule_set.h"

namespace picket::app::content {

// The Sigma documents of files and folders, with what did not load in its report.
Result<detect::sigma::RuleSet> load_sigma(const std::vector<std::string>& paths,
                                          const std::string& placeholders);

}  // namespace picket::app::content
