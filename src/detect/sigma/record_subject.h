// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "event/alert.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// Fills in who and what a log record is about (process, peer, name, URL, file, host, platform) from
// the field names that Sysmon, the Security log, auditd, Zeek, EVE and JSON exports use. For alerts
// of rules on records of any kind, also such as no behaviour reads; what the record does not say
// stays empty. Pure function.
void describe_subject(const event::LogRecord& record, event::Alert& alert);

// "Sysmon 3", "Security 4688", "zeek conn": which kind of record it is, for people.
std::string source_words(const event::LogOrigin& origin);

}  // namespace picket::detect::sigma
