// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "base/result.h"
#include "enforce/firewall.h"

namespace picket::app::firewall {

// Tells the kernel which of the programs that run are those that rules name by their SHA-256. Each
// file is read once. Nothing when no rule names a digest.
Result<void> note_running_digests(const enforce::Firewall& firewall,
                                  const std::vector<pf_running>& running);

}  // namespace picket::app::firewall
