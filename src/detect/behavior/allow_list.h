// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "detect/behavior/settings.h"
#include "event/alert.h"

namespace picket::detect::behavior {

// Lowers the alert, of whichever detector, by the first entry that holds for it, and says so with
// the entry's reason and expiry (severity.h). `behavior` of an entry is the alert's rule_id. Pure.
void apply_allow_list(std::span<const AllowEntry> list, event::Alert& alert);

}  // namespace picket::detect::behavior
