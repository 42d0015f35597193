// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite.h"

// What people decided about incidents: state, resolution and reason, who and when, and every change
// of these (docs/formats/store.md: triage.db). A file of its own beside the segments: it outlives
// them, and only people write it. One thread at a time; several processes may.
namespace picket::store {

// The words of a state and of a resolution; the first is where every incident begins.
constexpr std::string_view kStates[] = {"open", "waiting", "in_progress", "closed"};
constexpr std::string_view kResolutions[] = {
    "not_set", "security_risk",      "false_positive",   "benign",
    "test",    "managed_externally", "insufficient_data"};

struct Triage {
  std::string state{kStates[0]};
  std::string resolution{kResolutions[0]};
  std::string reason, assignee;
  std::string by;  // who changed it last; empty: nobody did
  WallTime at;
};

struct TriageChange {
  std::string incident, what, before, after, by;
  WallTime at;
};

class TriageBook {
 public:
  static constexpr size_t kTextMax = 2048;  // of a reason, an assignee

  // To be read: a folder without one has no decisions.
  static Result<TriageBook> open_to_read(const std::string& folder);
  // Made when it is not there, with the folder's owner.
  static Result<TriageBook> open_to_write(const std::string& folder);

  // By incident; those nobody touched are not in it.
  Result<std::map<std::string, Triage>> all() const;
  // In order of time.
  Result<std::vector<TriageChange>> changes(const std::string& incident) const;
  // Writes what differs from before, each with its audit record, or nothing. Refuses words that are
  // none of the above, and a false positive or benign without a reason.
  Result<void> decide(const std::string& incident, const Triage& triage);

 private:
  explicit TriageBook(std::optional<Database>&& database) : database_(std::move(database)) {}
  std::optional<Database> database_;  // none: nothing was ever decided
};

}  // namespace picket::store
