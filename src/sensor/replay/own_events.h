// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <simdjson.h>

#include "event/log_record.h"

// Lines that picket itself wrote (`connections --json`, `--follow`: docs/formats/connections.md),
// as records in the field names of Sysmon for Linux, so that rules and behaviours find them: Image,
// CommandLine, User, ProcessId, ParentImage, DestinationIp, Initiated...; beside them what Sysmon
// has no name for, in picket's own words (package.match, executable_deleted, event...).
namespace picket::sensor::replay {

// Whether the object is a flow or process line of picket.
bool is_own_event(simdjson::dom::object object);
// Adds its fields; provider "picket", channel flow or process. False: it breaks the contract.
bool add_own_event(simdjson::dom::element line, event::LogRecord& record);

}  // namespace picket::sensor::replay
