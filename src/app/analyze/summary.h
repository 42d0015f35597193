// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "app/analyze/alert_store.h"
#include "event/alert.h"

namespace picket::app::analyze {

// What a person reads first: alerts grouped by host, process and rule, the worst first. Alerts
// below the severity asked for are only counted. At kGroupsMax groups further ones are counted as
// left out.
class Summary {
 public:
  static constexpr size_t kGroupsMax = 20'000;

  struct RuleGroup {
    event::Alert first;  // the worst of the group, the earliest of those
    uint64_t count = 0;
    WallTime from, until;
  };
  struct Subject {
    std::string host, who;  // who: process, or peer where none is known
    unsigned score = 0;     // of its worst rule
    WallTime from;
    std::vector<RuleGroup> rules;  // worst first
  };

  Summary(const AlertStore& alerts, event::Severity min_severity);

  // Worst first; of equal ones the earlier.
  const std::vector<Subject>& subjects() const { return subjects_; }
  uint64_t shown() const { return shown_; }        // alerts in those groups
  uint64_t left_out() const { return left_out_; }  // alerts without room for their group
  uint64_t below() const { return below_; }        // alerts below the severity

 private:
  void add(const event::Alert& alert);

  std::map<std::string, size_t> places_;  // of subjects, by key
  std::vector<std::map<std::string, size_t>> rule_places_;
  std::vector<Subject> subjects_;
  uint64_t shown_ = 0, left_out_ = 0, below_ = 0;
  size_t groups_ = 0;
};

// "powershell.exe (pid 4321, C:\...\powershell.exe, EVIL\eve)".
std::string process_words(const event::Actor& actor);
// "10.0.0.5:50000 -> 203.0.113.9:443 (c2.example)"; empty: nothing is known of a peer.
std::string peer_words(const event::Alert& alert);

}  // namespace picket::app::analyze
