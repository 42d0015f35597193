// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/firewall/change.h"
#include "app/warden/firewall_seam.h"

namespace picket::app::firewall {

// The firewall's part in a running picket, for the warden to call. Root's; one thread.
warden::FirewallSeam live_firewall(const Where& where);

}  // namespace picket::app::firewall
