// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "event/activity.h"
#include "event/alert.h"
#include "schema/record.h"

// What detectors conclude and what processes do, as records. Pure; any thread.
namespace picket::store {

// `alert.id` must be set; the whole alert goes along as JSON.
schema::Record record_of(const event::Alert& alert);

// nullopt: nothing that history keeps (the end of a process, a share, a pipe, a module).
std::optional<schema::Record> record_of(const event::Activity& activity);

}  // namespace picket::store
