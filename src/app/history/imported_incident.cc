// SPDX-License-Identifier: Apache-2.0
#include "app/history/imported_incident.h"

#include "incident/incident_set.h"
#include "incident/lineage.h"
#include "store/alert_of.h"

namespace picket::app::history {

using schema::Field;

incident::Incident incident_of(const exchange::NetworkDetection& detection) {
  event::Alert alert = store::alert_of(detection.record);
  if (alert.id.empty()) event::assign_id(alert);
  const incident::Lineage nobody;
  incident::IncidentSet set(nobody);
  // An imported detection is an incident because its source says so, however mild it is.
  if (alert.severity < event::Severity::kMedium) alert.severity = event::Severity::kMedium;
  set.add(alert);
  incident::Incident made = set.incidents().front();
  made.title = detection.title;
  if (const auto id = detection.record.text_of(Field::kIncidentId); !id.empty()) made.id = id;
  if (detection.record.find(Field::kIncidentPriority))
    made.priority =
        static_cast<incident::Priority>(detection.record.number_of(Field::kIncidentPriority));
  made.odd = detection.odd;
  return made;
}

}  // namespace picket::app::history
