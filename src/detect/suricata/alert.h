// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "event/alert.h"
#include "inspect/app/inspection.h"

namespace picket::detect::suricata {

// A match as every output of picket reads it: detector signature, sid, category, what matched
// where, which way the bytes went, the URL and name that the transaction was about. `outbound`:
// whether bytes to the server leave the host that is watched; nullopt: not known (a capture of two
// strangers). The caller adds the process, the host and the place in its source, and calls
// event::assign_id().
event::Alert to_alert(const inspect::RuleMatch& match, const inspect::PacketContext& context,
                      std::optional<bool> to_server_is_outbound);

// Severity for a rule's priority: 1 high, 2 medium, 3 low, above informational.
event::Severity severity_of_priority(uint8_t priority);

}  // namespace picket::detect::suricata
