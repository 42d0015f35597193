// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

// What picket itself wrote elsewhere or earlier (sensor/replay/own_events.h), as activities: the
// same that the live sensor gives (native_evidence.h). Pure functions.
namespace picket::detect::evidence {

bool is_own(const event::LogOrigin& origin);
// False: a line that tells of nothing new (a flow's update).
bool own_activity(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
