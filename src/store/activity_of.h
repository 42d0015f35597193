// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "event/activity.h"
#include "schema/record.h"

namespace picket::store {

// What a kept record tells of, for detectors that look at history again; nullopt: an alert, or a
// kind of file event that no detector reads. Pure; any thread.
std::optional<event::Activity> activity_of(const schema::Record& record);

}  // namespace picket::store
