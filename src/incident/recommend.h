// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "incident/incident.h"

namespace picket::incident {

// What to do about an incident, by the kinds of attack its tactics name, what is urgent first.
// Names what it is about, never a step that destroys evidence before it is kept. Pure function.
std::vector<Recommendation> recommend(const Incident& incident);

}  // namespace picket::incident
