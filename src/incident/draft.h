// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "incident/incident_set.h"

namespace picket::incident {

// An incident that still grows. Alerts of one rule about one process are one member with a count;
// past `members_max` further members are only counted.
struct IncidentSet::Draft {
  explicit Draft(size_t max) : members_max(max) {}

  void add(const event::Alert& alert, Tie tie, const std::string& tied_by);
  // Takes over everything of an incident that turned out to be the same.
  void absorb(Draft&& other);
  // Named, weighed and with recommendations.
  Incident finished() const;

  size_t members_max;
  Incident facts;
  std::map<std::string, size_t> member_places;  // by rule and process
  std::set<std::string> tactics, techniques;
  unsigned best_score = 0;
  size_t best_member = 0;

 private:
  void add_member(std::string key, Member member, unsigned score);
};

}  // namespace picket::incident
