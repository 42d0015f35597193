// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "event/activity.h"
#include "event/facts.h"

// What this machine's own sensor knows, as activities: the live counterpart of the translations of
// recorded logs. Pure functions.
namespace picket::detect::evidence {

// The actor of a process. Nothing is claimed that is not known: `packaged` stays open until the
// package database was asked.
event::Actor actor_of(const event::ProcessFacts& process);

event::Activity process_started(const event::ProcessFacts& process, const std::string& host);

// A connection, or a listener where the flow has no remote side. `finished`: the flow is over and
// its counters final. The owner's facts may be those of an unknown process (pid 0): then the flow's
// own word for it stands.
event::Activity flow_activity(const event::FlowFacts& flow, const event::ProcessFacts& owner,
                              const std::string& host, bool finished);

}  // namespace picket::detect::evidence
