// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

// Windows' own Security log: 4624 (logon), 4663 (only who may read the memory of lsass.exe), 4688
// (process), 4689 (end), 4697 (service installed), 5140 and 5145 (share used by another machine),
// 5154 (listener), 5156 (connection), 5157 (connection blocked); and 7045 (service installed) of
// the System log. Left out: 5158, which reports the bind that precedes every connection and so
// cannot tell a listener; 4648, which no behaviour reads. Pure functions.
namespace picket::detect::evidence {

bool windows_activity(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
