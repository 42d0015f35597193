// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "event/alert.h"
#include "incident/incident.h"
#include "incident/lineage.h"

namespace picket::incident {

// Puts alerts together to incidents as they come, in order of time. An alert joins an incident it
// is tied to (incident.h: Tie); one that ties two incidents by process, lineage, executable or
// remote makes them one, under the id of the earlier.
//
// What makes an incident: an alert of medium severity or higher; or low ones of kLowKindsMin
// different rules about one process. Low alerts join by process and lineage only, so that noise
// connects nothing; informational ones join by process and make none.
//
// Ties by executable are for programs outside the system's folders (everybody runs powershell.exe);
// ties by remote are for global addresses and names. The tie windows are constants below.
//
// Bounded: kIncidentsMax incidents, kMembersMax kinds in each, kWaitingMax low alerts waiting; what
// is beyond is counted (incident.*). Not thread-safe.
class IncidentSet {
 public:
  static constexpr size_t kIncidentsMax = 20'000;
  static constexpr size_t kMembersMax = 200;
  static constexpr size_t kNamesMax = 100;  // hosts, processes, users, peers, files of one incident
  static constexpr size_t kWaitingMax = 50'000;
  static constexpr size_t kTiesMax = 500'000;  // remembered keys of all incidents
  static constexpr size_t kLowKindsMin = 3;
  static constexpr int64_t kMachineWindowNs = int64_t{5} * 60 * 1'000'000'000;
  static constexpr int64_t kRuleWindowNs = int64_t{60} * 60 * 1'000'000'000;
  static constexpr int64_t kLongWindowNs = int64_t{24} * 60 * 60 * 1'000'000'000;

  struct Limits {
    size_t incidents = kIncidentsMax, members = kMembersMax, waiting = kWaitingMax, ties = kTiesMax;
  };
  explicit IncidentSet(const Lineage& lineage);
  IncidentSet(const Lineage& lineage, const Limits& limits);
  ~IncidentSet();

  // `alert.id` must be set.
  void add(const event::Alert& alert);
  // All incidents so far, titled and with recommendations: the highest priority first, then by
  // time.
  std::vector<Incident> incidents() const;
  // The ids of incidents that became part of others since the last call, each with what it is part
  // of now.
  std::vector<std::pair<std::string, std::string>> take_merged();

 private:
  struct Draft;
  struct TieFound {
    uint32_t incident = 0;
    Tie tie = Tie::kTrigger;
    std::string other;  // what it is tied by, in words
  };
  struct Remembered {
    uint32_t incident = 0;
    int64_t last_ns = 0;
  };
  using Ties = std::unordered_map<std::string, Remembered>;

  std::vector<TieFound> ties_of(const event::Alert& alert) const;
  void look_up(const std::string& key, Tie tie, const std::string& words, int64_t now_ns,
               int64_t window_ns, std::vector<TieFound>& found) const;
  void look_up_lineage(const event::Alert& alert, std::vector<TieFound>& found) const;
  bool start(const event::Alert& alert);
  void join(uint32_t incident, const event::Alert& alert, const TieFound& tie);
  uint32_t merge(std::vector<TieFound>& found);
  void wait(const event::Alert& alert);
  void take_waiting(uint32_t incident, const std::string& process);
  void remember(const event::Alert& alert, uint32_t incident);
  void remember_key(std::string key, uint32_t incident, int64_t now_ns);
  uint32_t root_of(uint32_t incident) const;

  const Lineage& lineage_;
  const Limits limits_;
  std::vector<std::unique_ptr<Draft>> drafts_;          // null: merged into another
  std::vector<uint32_t> merged_into_;                   // by incident: itself, or where it went
  std::vector<std::pair<std::string, uint32_t>> gone_;  // id, and the incident it was merged into
  Ties ties_;                                           // by key, see keys_of()
  std::unordered_map<std::string, std::vector<event::Alert>> waiting_;  // by process
  size_t waiting_count_ = 0;
};

// Who the alert's process is, the same in all alerts about it; empty: no process known.
std::string process_key(std::string_view host, const event::Actor& actor);

}  // namespace picket::incident
