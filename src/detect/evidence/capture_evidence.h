// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "inspect/app/packet_flow.h"
#include "inspect/app/transaction.h"

// What packets tell the behaviours: a flow when it ends, and the lookups, web requests and TLS
// handshakes in it. No process is known; the machine is the end that is inside (log_values.h). Pure
// functions. False: nothing for the behaviours in it, `out` is not changed in any way that matters.
namespace picket::detect::evidence {

bool capture_flow(const inspect::PacketFlow& flow, event::Activity& out);
// `transaction` as far as it got; `time`: of the packet at hand.
bool capture_transaction(const inspect::PacketFlow& flow, inspect::Transaction& transaction,
                         WallTime time, event::Activity& out);

}  // namespace picket::detect::evidence
