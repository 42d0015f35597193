// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

// Sysmon, of Windows and of Linux: events 1 (process), 3 (connection), 5 (end), 7 (module, only an
// unsigned one), 8 (thread in another process), 11 and 29 (file), 13 (registry, only Explorer's
// copy of an autorun.inf), 17 (pipe), 22 (name lookup). Left out: 10, whose call traces cannot tell
// a debugger from a thief without more knowledge and whose injections 8 reports; 6, 15, 18, 23 and
// 26, which no behaviour reads. Field names: Sysmon's manifest. Pure functions.
namespace picket::detect::evidence {

bool is_sysmon(const event::LogOrigin& origin);
// False: not one of those, or without what makes it useful (a connection without addresses).
bool sysmon_activity(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
