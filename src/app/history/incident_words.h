// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "store/segment.h"

// A kept incident as people read it, from its JSON (docs/formats/incidents.md), made printable.
// Pure functions.
namespace picket::app::history {

// For a list: priority, title, when, how many alerts, id.
std::string incident_line(const store::KeptIncident& incident, bool color);
// All about one: also who, whom, ATT&CK, each event with why it is in there, and what to do.
std::string incident_page(const store::KeptIncident& incident, bool color);

}  // namespace picket::app::history
