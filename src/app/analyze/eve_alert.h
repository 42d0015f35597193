// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "event/alert.h"

namespace picket::app::analyze {

// An alert that no signature raised (Sigma, behaviour, indicator) as one line of Suricata's EVE
// (event_type alert), with its newline. EVE knows rules by number: gid 9001 Sigma, 9002 behaviours,
// 9003 indicators, and signature_id a hash of the rule's id, so the same rule keeps its number.
// What EVE has no field for stands whole in alert.context.picket. Pure function.
std::string eve_alert_line(const event::Alert& alert);

}  // namespace picket::app::analyze
