// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/triage.h"

namespace picket::store {

// Adds one line to the audit of what people changed. Within the writer's transaction.
Result<void> write_audit(const Database& database, const TriageChange& change);

}  // namespace picket::store
