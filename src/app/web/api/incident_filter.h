// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "store/segment.h"
#include "store/triage.h"

namespace picket::app::web::api {

// Which incidents are meant, as a page or a bulk decision says it. A value.
struct IncidentFilter {
  std::vector<std::string> statuses, priorities, verdicts;  // one of them; empty: any
  std::string assignee, text;                               // empty: any
  std::optional<WallTime> since, until;

  bool takes(const store::KeptIncident& incident, const store::Triage& triage) const;
};

http::Checked<IncidentFilter> read_incident_filter(http::Parameters& given);
// The members of the object that `body` stands in.
http::Checked<IncidentFilter> read_incident_filter(http::JsonBody& body);

std::string_view priority_word(const store::KeptIncident& incident);

}  // namespace picket::app::web::api
