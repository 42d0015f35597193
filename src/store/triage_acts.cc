// SPDX-License-Identifier: Apache-2.0
// Notes, merging, splitting, and taking back.
#include <algorithm>
#include <set>

#include "store/people_file.h"
#include "store/triage.h"
#include "store/triage_audit.h"

namespace picket::store {
namespace {

constexpr std::string_view kTookIn = "took in ", kOutOf = "out of ";
constexpr size_t kIdBytes = 36;
constexpr size_t kAuditTextMax = 200;  // of a note or a list, in the audit

std::string shortened(std::string text) {
  if (text.size() > kAuditTextMax) text.resize(kAuditTextMax);
  return text;
}

Result<void> run_with(const Database& database, const char* sql,
                      std::initializer_list<std::string_view> texts) {
  TRY_ASSIGN(Statement statement, database.prepare(sql));
  int place = 0;
  for (const std::string_view text : texts) statement.bind(++place, text);
  TRY(statement.step());
  return {};
}

std::string with_reason(std::string text, const Act& act) {
  return act.reason.empty() ? text : text + ": " + act.reason;
}

}  // namespace

Result<void> write_audit(const Database& database, const TriageChange& change) {
  TRY_ASSIGN(Statement put,
             database.prepare("INSERT INTO audit(time,who,incident,what,before,after) "
                              "VALUES(?1,?2,?3,?4,?5,?6)"));
  put.bind(1, change.at.ns);
  int place = 1;
  for (const std::string* text :
       {&change.by, &change.incident, &change.what, &change.before, &change.after})
    put.bind(++place, std::string_view(*text));
  TRY(put.step());
  return {};
}

Result<bool> TriageBook::has_table(const char* name) const {
  if (!database_) return false;
  TRY_ASSIGN(Statement there,
             database_->prepare("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1"));
  there.bind(1, std::string_view(name));
  return there.step();
}

Result<std::vector<Note>> TriageBook::notes(const std::string& incident) const {
  std::vector<Note> out;
  TRY_ASSIGN(const bool there, has_table("note"));
  if (!there) return out;
  TRY_ASSIGN(Statement rows, database_->prepare("SELECT who,text,time FROM note "
                                                "WHERE incident=?1 ORDER BY number"));
  rows.bind(1, std::string_view(incident));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    out.push_back({std::string(rows.text(0)), std::string(rows.text(1)), WallTime{rows.number(2)}});
  }
}

Result<void> TriageBook::add_note(const std::string& incident, const Note& note) {
  if (note.text.empty() || note.text.size() > kNoteMax)
    return failure("a note has 1 to " + std::to_string(kNoteMax) + " bytes");
  return as_one(*database_, [&]() -> Result<void> {
    TRY_ASSIGN(const auto known, notes(incident));
    if (known.size() >= kNotesMax)
      return failure("an incident has at most " + std::to_string(kNotesMax) + " notes");
    TRY_ASSIGN(Statement put, database_->prepare("INSERT INTO note(time,who,incident,text) "
                                                 "VALUES(?1,?2,?3,?4)"));
    put.bind(1, note.at.ns);
    put.bind(2, std::string_view(note.by));
    put.bind(3, std::string_view(incident));
    put.bind(4, std::string_view(note.text));
    TRY(put.step());
    return write_audit(*database_, {incident, "note", "", shortened(note.text), note.by, note.at});
  });
}

Result<Arrangement> TriageBook::arrangement() const {
  Arrangement out;
  TRY_ASSIGN(const bool there, has_table("split"));
  if (!there) return out;
  TRY_ASSIGN(Statement merged, database_->prepare("SELECT incident,part_of FROM merged"));
  for (;;) {
    TRY_ASSIGN(const bool found, merged.step());
    if (!found) break;
    out.merged[std::string(merged.text(0))] = merged.text(1);
  }
  TRY_ASSIGN(Statement split, database_->prepare("SELECT incident,alert,made FROM split"));
  for (;;) {
    TRY_ASSIGN(const bool found, split.step());
    if (!found) return out;
    out.split[std::string(split.text(0))][std::string(split.text(1))] = split.text(2);
  }
}

Result<void> TriageBook::merge(const std::string& incident, const std::string& into,
                               const Act& act) {
  return as_one(*database_, [&]() -> Result<void> {
    TRY_ASSIGN(const Arrangement known, arrangement());
    if (incident == into) return failure("an incident cannot be part of itself");
    for (const std::string* one : {&incident, &into})
      if (const auto at = known.merged.find(*one); at != known.merged.end())
        return failure("incident " + *one + " is part of " + at->second + " already");
    TRY(run_with(*database_, "INSERT INTO merged VALUES(?1,?2)", {incident, into}));
    TRY(write_audit(
        *database_,
        {into, "merge", "", with_reason(std::string(kTookIn) + incident, act), act.by, act.at}));
    return write_audit(*database_, {incident, "merge", "", into, act.by, act.at});
  });
}

Result<void> TriageBook::split(const std::string& incident, const std::vector<std::string>& alerts,
                               const std::string& made, const Act& act) {
  return as_one(*database_, [&]() -> Result<void> {
    for (const std::string& alert : alerts)
      TRY(run_with(*database_, "INSERT OR IGNORE INTO split VALUES(?1,?2,?3)",
                   {incident, alert, made}));
    const std::string from = with_reason(std::string(kOutOf) + incident, act);
    TRY(write_audit(*database_, {made, "split", "", from, act.by, act.at}));
    return write_audit(*database_, {incident, "split", "", made, act.by, act.at});
  });
}

Result<int64_t> TriageBook::undoable(const std::string& incident) const {
  TRY_ASSIGN(const auto all, changes(incident));
  std::set<int64_t> undone;  // times of what was taken back, and of taking it back
  for (const TriageChange& change : all)
    if (change.what == "undo") {
      undone.insert(change.at.ns);
      undone.insert(std::strtoll(change.before.c_str(), nullptr, 10));
    }
  for (auto at = all.rbegin(); at != all.rend(); ++at) {
    if (at->what != "note" && !undone.contains(at->at.ns)) return at->at.ns;
  }
  return 0;
}

Result<void> TriageBook::undo_change(const TriageChange& change, Triage& triage) {
  if (change.what == "state") triage.state = change.before;
  if (change.what == "resolution") triage.resolution = change.before;
  if (change.what == "reason") triage.reason = change.before;
  if (change.what == "assignee") triage.assignee = change.before;
  // Both incidents have it in their audit; it can be taken back at either.
  const bool took = change.after.starts_with(kTookIn), made = change.after.starts_with(kOutOf);
  const std::string other =
      took || made ? change.after.substr((took ? kTookIn : kOutOf).size(), kIdBytes) : change.after;
  if (change.what == "merge")
    return run_with(*database_, "DELETE FROM merged WHERE incident=?1 AND part_of=?2",
                    {took ? other : change.incident, took ? change.incident : other});
  if (change.what == "split")
    return run_with(*database_, "DELETE FROM split WHERE incident=?1 AND made=?2",
                    {made ? other : change.incident, made ? change.incident : other});
  return {};
}

Result<void> TriageBook::undo(const std::string& incident, const Act& act) {
  return as_one(*database_, [&]() -> Result<void> {
    TRY_ASSIGN(const int64_t time, undoable(incident));
    if (time == 0) return failure("nothing was changed that could be taken back");
    TRY_ASSIGN(const auto all, changes(incident));
    TRY_ASSIGN(auto known, this->all());
    Triage triage = known[incident];
    triage.by = act.by;
    triage.at = act.at;
    for (const TriageChange& change : all)
      if (change.at.ns == time) TRY(undo_change(change, triage));
    TRY(write_changes(incident, known[incident], triage));
    return write_audit(*database_, {incident, "undo", std::to_string(time), "", act.by, act.at});
  });
}

}  // namespace picket::store
