// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/log_record.h"

// The Linux audit log, its lines joined by event (sensor/replay/auditd_reader.h): execve (SYSCALL
// and EXECVE), connect, accept and bind (SYSCALL and SOCKADDR), of x86-64 and AArch64. Failed calls
// are left out but for a connect that is still under way (EINPROGRESS). Pure functions.
namespace picket::detect::evidence {

bool is_auditd(const event::LogRecord& record);
bool auditd_activity(const event::LogRecord& record, event::Activity& out);

}  // namespace picket::detect::evidence
