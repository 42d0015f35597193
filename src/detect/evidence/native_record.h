// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "event/facts.h"
#include "event/log_record.h"

// What this machine's own sensor knows, as records in the field names that Sigma's rules for Linux
// use (category process_creation and network_connection; those of Sysmon for Linux), so that rules
// written for recorded logs work live. What is not known is left out: rules tell "absent" from
// "empty". Pure functions; `record` is cleared first and owns all its text.
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

}  // namespace picket::detect::evidence
