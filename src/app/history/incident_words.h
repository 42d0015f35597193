// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "store/segment.h"
#include "store/triage.h"

// A kept incident as people read it, from its JSON (docs/formats/incidents.md), made printable.
// Pure functions.
namespace picket::app::history {

// For a list: priority, title, when, how many alerts, what was decided, id.
std::string incident_line(const store::KeptIncident& incident, const store::Triage& triage,
                          bool color);
// All about one: also who, whom, ATT&CK, each event with why it is in there, and what to do.
std::string incident_page(const store::KeptIncident& incident, const store::Triage& triage,
                          bool color);
// What was decided, when and by whom; empty: nothing.
std::string changes_text(const std::vector<store::TriageChange>& changes);
// The incident's JSON with what was decided as the member "triage".
std::string incident_json(const store::KeptIncident& incident, const store::Triage& triage);

}  // namespace picket::app::history
