// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
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

// {"status":...,"verdict":...}: as `picket incidents --json` has it (docs/formats/incidents.md).
void append_json(JsonWriter& out, const Triage& triage);

// Refuses words that are none of the above, and a false positive or benign without a reason.
Result<void> check(const Triage& triage);

struct TriageChange {
  std::string incident, what, before, after, by;
  WallTime at;
};

struct Note {
  std::string by, text;
  WallTime at;
};

// Who does something, why, and when.
struct Act {
  std::string by, reason;
  WallTime at;
};

// How people put incidents together otherwise than the machine did.
struct Arrangement {
  std::map<std::string, std::string> merged;  // incident: what it was made part of
  // By incident: the alerts that were taken out of it, each with the incident it makes now.
  std::map<std::string, std::map<std::string, std::string>> split;
};

class TriageBook {
 public:
  static constexpr size_t kTextMax = 2048;  // of a reason, an assignee
  static constexpr size_t kNoteMax = 8192;
  static constexpr size_t kNotesMax = 1000;  // of one incident

  // To be read: a folder without one has no decisions.
  static Result<TriageBook> open_to_read(const std::string& folder);
  // Made when it is not there, with the folder's owner.
  static Result<TriageBook> open_to_write(const std::string& folder);

  // By incident; those nobody touched are not in it.
  Result<std::map<std::string, Triage>> all() const;
  // In order of time.
  Result<std::vector<TriageChange>> changes(const std::string& incident) const;
  // Writes what differs from before, each with its audit record, or nothing. Refuses what check()
  // refuses.
  Result<void> decide(const std::string& incident, const Triage& triage) {
    return decide({{incident, triage}});
  }
  Result<void> decide(const std::vector<std::pair<std::string, Triage>>& decisions);

  // The earliest first.
  Result<std::vector<Note>> notes(const std::string& incident) const;
  Result<void> add_note(const std::string& incident, const Note& note);

  Result<Arrangement> arrangement() const;
  // Refused where `into` is part of another, or of this one.
  Result<void> merge(const std::string& incident, const std::string& into, const Act& act);
  // Alerts taken out before stay where they are.
  Result<void> split(const std::string& incident, const std::vector<std::string>& alerts,
                     const std::string& made, const Act& act);

  // Takes back what was changed last and not taken back yet, notes apart; what is so told is when
  // it was done. 0: there is nothing.
  Result<int64_t> undoable(const std::string& incident) const;
  Result<void> undo(const std::string& incident, const Act& act);

 private:
  explicit TriageBook(std::optional<Database>&& database) : database_(std::move(database)) {}
  Result<bool> has_table(const char* name) const;
  Result<void> write_changes(const std::string& incident, const Triage& before,
                             const Triage& after);
  Result<void> undo_change(const TriageChange& change, Triage& triage);
  std::optional<Database> database_;  // none: nothing was ever decided
};

}  // namespace picket::store
