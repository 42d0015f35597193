// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

// Sysmon, of Windows and of Linux: events 1 (process), 3 (connection), 5 (end), 6 (driver), 7
// (module, only an unsigned one), 8 (thread in another process), 10 (only who may read the memory
// of lsass.exe), 11 and 29 (file), 13 (registry, only Explorer's copy of an autorun.inf), 15 (only
// the mark of a file from elsewhere), 17 (pipe), 22 (name lookup), 23 and 26 (file deleted, only an
// executable one where that is told). Left out: 18, which tells of every use of a pipe. Field
// names: Sysmon's manifest. Pure functions.
namespace picket::detect::evidence {

bool is_sysmon(const event::LogOrigin& origin);
// False: not one of those, or without what makes it useful (a connection without addresses).
bool sysmon_activity(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
