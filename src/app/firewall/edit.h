// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/firewall/rule_worker.h"

namespace picket::app::firewall {

// The same, in this very process: what the worker runs. Pure.
Result<Edited> edit_text(const std::string& text, const Edit& edit, WallTime now);

}  // namespace picket::app::firewall
