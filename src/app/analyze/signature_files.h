// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/suricata/engine.h"

namespace picket::app::analyze {

// Loads files of signatures; what cannot be loaded is told on standard error (the first
// kErrorsTold, then how many more), the rest counts. Compiled patterns are kept in the user's cache
// folder ($XDG_CACHE_HOME/picket or ~/.cache/picket), which is made if it can be; without one, or
// where others could write it, nothing is kept.
constexpr size_t kErrorsTold = 20;
Result<std::shared_ptr<const detect::suricata::LoadedRules>> load_signatures(
    const std::vector<std::string>& files, const inspect::Settings& settings);

}  // namespace picket::app::analyze
