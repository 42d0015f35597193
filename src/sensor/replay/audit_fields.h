// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "event/log_record.h"

// The key=value text of one audit record, after its "msg=audit(...):". Pure functions.
namespace picket::sensor::replay {

// Fields of one event; more are left out and counted (sensor.replay.audit_fields).
constexpr size_t kAuditFieldsMax = 2048;

// Adds the fields of `text` for a record of `type` (EXECVE, PATH, ...), decoded.
void add_audit_fields(std::string_view type, std::string_view text, event::LogRecord& record);

}  // namespace picket::sensor::replay
