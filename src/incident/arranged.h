// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "store/segment.h"
#include "store/triage.h"

namespace picket::incident {

// Incidents as people put them together: those that were merged are one, under the id of the one
// they were made part of, and what was split off stands by itself. The ids of those taken in are
// in the member "merged" of the JSON. The latest first. Pure.
std::vector<store::KeptIncident> arranged(std::vector<store::KeptIncident> incidents,
                                          const store::Arrangement& arrangement);

// The id of what is split off an incident with these alerts: the same for the same ones.
std::string split_id(const std::string& incident, const std::vector<std::string>& alerts);

}  // namespace picket::incident
