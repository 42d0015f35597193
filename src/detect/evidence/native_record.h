// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

#include "event/activity.h"
#include "event/facts.h"
#include "event/log_record.h"

// What this machine's own sensor knows, as records in the field names that Sigma's rules for Linux
// use (category process_creation and network_connection; those of Sysmon for Linux) and, of what it
// reads off the wire, those of network rules, so that rules written for recorded logs work live.
// What is not known is left out: rules tell "absent" from "empty". Pure functions; `record` is
// cleared first and owns all its text.
namespace picket::detect::evidence {

// A process that was started. `parent`: its parent's facts; nullptr or pid 0: only what the
// process' own facts say of it is known. CommandLine is the words with one blank between, as Sysmon
// writes it.
void process_record(const event::ProcessFacts& process, const event::ProcessFacts* parent,
                    const std::string& host, event::LogRecord& record);

// A connection. Source is the side that opened it, Destination the other, as in Sysmon's event 3.
// False: it is none (a listener, a bound socket). The owner may be unknown (pid 0): then the flow's
// own word for the program stands.
bool connection_record(const event::FlowFacts& flow, const event::ProcessFacts& owner,
                       const std::string& host, event::LogRecord& record);

// A lookup or web request read off the wire, of the process `owner` (which may be unknown, pid 0):
// categories dns_query and dns, proxy. False: `activity` is neither.
bool wire_record(const event::Activity& activity, const event::ProcessFacts& owner,
                 event::LogRecord& record);

// Where the records above come from, in the terms rules are routed by.
std::span<const event::LogOrigin> native_origins();

}  // namespace picket::detect::evidence
