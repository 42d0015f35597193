// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "incident/incident_set.h"
#include "incident/lineage.h"
#include "store/reader.h"
#include "store/recorder.h"

namespace picket::incident {

// Incidents of a machine as they grow, for the store: alerts in, incidents that changed out. After
// a restart it is first fed with what the store remembers, so that an incident goes on instead of
// beginning anew. One thread at a time.
class IncidentFeed final : public store::IncidentSource {
 public:
  static constexpr int64_t kRememberedNs = IncidentSet::kLongWindowNs;
  static constexpr size_t kRememberedAlertsMax = 20'000;
  static constexpr size_t kRememberedProcessesMax = 200'000;

  // Takes in alerts and process starts of the last kRememberedNs, and which incidents stand.
  void remember(store::Reader& reader, WallTime now);

  void alert_kept(const event::Alert& alert) override;
  void activity_kept(const event::Activity& activity) override;
  std::vector<store::KeptIncident> changed(WallTime now) override;

 private:
  Lineage lineage_;
  IncidentSet set_{lineage_};
  bool dirty_ = false;
  std::unordered_map<std::string, uint64_t> known_;  // by id: hash of what was last said
};

// As it is kept, at the time `now`.
store::KeptIncident kept(const Incident& incident, WallTime now);

}  // namespace picket::incident
