// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/cli/response_options.h"
#include "app/response/target.h"
#include "respond/audit/audit_log.h"

namespace picket::app::response {

std::string responses_folder(const cli::ResponsePlace& place);
Result<respond::AuditLog> open_log(const cli::ResponsePlace& place);

// An audit record as far as it is known before anything is done: who, what, why, since which alert.
respond::AuditRecord draft(std::string action, const std::string& reason, const Target& target);

}  // namespace picket::app::response
