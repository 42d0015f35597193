// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/activity.h"
#include "event/alert.h"
#include "schema/record.h"

// The way back: what a kept record said, as far as its fields tell it (evidence and references are
// in the record's body only). Pure; any thread.
namespace picket::store {

event::Alert alert_of(const schema::Record& record);
event::Actor actor_of(const schema::Record& record);

}  // namespace picket::store
