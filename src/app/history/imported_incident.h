// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "exchange/network_detection.h"
#include "incident/incident.h"

namespace picket::app::history {

// The incident that an imported detection belongs to, under the source's own id, priority and
// title. Pure.
incident::Incident incident_of(const exchange::NetworkDetection& detection);

}  // namespace picket::app::history
