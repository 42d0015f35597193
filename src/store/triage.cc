// SPDX-License-Identifier: Apache-2.0
#include "store/triage.h"

#include <algorithm>
#include <span>

#include "store/people_file.h"
#include "store/triage_audit.h"

namespace picket::store {
namespace {

constexpr const char* kTriageTables =
    "CREATE TABLE IF NOT EXISTS triage(incident TEXT PRIMARY KEY, state TEXT NOT NULL, "
    "resolution TEXT NOT NULL, reason TEXT NOT NULL, assignee TEXT NOT NULL, who TEXT NOT NULL, "
    "time INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS audit(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, "
    "who TEXT NOT NULL, incident TEXT NOT NULL, what TEXT NOT NULL, before TEXT NOT NULL, "
    "after TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS audit_by_incident ON audit(incident);"
    "CREATE TABLE IF NOT EXISTS note(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, "
    "who TEXT NOT NULL, incident TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS note_by_incident ON note(incident);"
    "CREATE TABLE IF NOT EXISTS merged(incident TEXT PRIMARY KEY, part_of TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS split(incident TEXT NOT NULL, alert TEXT NOT NULL, "
    "made TEXT NOT NULL, PRIMARY KEY(incident,alert)) WITHOUT ROWID;";

constexpr const char* kTriageFile = "triage.db";
constexpr mode_t kTriageMode = 0640;

Result<void> check_word(std::string_view what, std::string_view word,
                        std::span<const std::string_view> words) {
  if (std::ranges::find(words, word) != words.end()) return {};
  std::string known;
  for (const std::string_view one : words) known += (known.empty() ? "" : ", ") + std::string(one);
  return failure("\"" + std::string(word) + "\" is no " + std::string(what),
                 "There are " + known + ".");
}

Triage triage_of(const Statement& row) {
  Triage out;
  out.state = row.text(1);
  out.resolution = row.text(2);
  out.reason = row.text(3);
  out.assignee = row.text(4);
  out.by = row.text(5);
  out.at = WallTime{row.number(6)};
  return out;
}

Result<void> write_triage(const Database& database, const std::string& incident,
                          const Triage& triage) {
  TRY_ASSIGN(Statement put,
             database.prepare("INSERT OR REPLACE INTO triage VALUES(?1,?2,?3,?4,?5,?6,?7)"));
  int place = 0;
  for (const std::string* text :
       {&incident, &triage.state, &triage.resolution, &triage.reason, &triage.assignee, &triage.by})
    put.bind(++place, std::string_view(*text));
  put.bind(++place, triage.at.ns);
  TRY_ASSIGN([[maybe_unused]] const bool row, put.step());
  return {};
}

}  // namespace

Result<void> check(const Triage& triage) {
  TRY(check_word("state", triage.state, kStates));
  TRY(check_word("resolution", triage.resolution, kResolutions));
  if (triage.reason.size() > TriageBook::kTextMax || triage.assignee.size() > TriageBook::kTextMax)
    return failure("a reason or an assignee is longer than " +
                   std::to_string(TriageBook::kTextMax) + " bytes");
  const bool explains = triage.resolution == "false_positive" || triage.resolution == "benign";
  if (explains && triage.reason.empty())
    return failure("a " + triage.resolution + " needs a reason",
                   "Say why with --reason, so that the next one need not find out again.");
  return {};
}

void append_json(JsonWriter& out, const Triage& triage) {
  out.begin_object().member("status", triage.state).member("verdict", triage.resolution);
  out.member_if("reason", triage.reason).member_if("assignee", triage.assignee);
  if (!triage.by.empty()) out.member("by", triage.by).member("at", rfc3339(triage.at));
  out.end_object();
}

Result<TriageBook> TriageBook::open_to_read(const std::string& folder) {
  TRY_ASSIGN(auto database, open_people_file_to_read(folder, kTriageFile));
  return TriageBook(std::move(database));
}

Result<TriageBook> TriageBook::open_to_write(const std::string& folder) {
  TRY_ASSIGN(Database database, open_people_file(folder, kTriageFile, kTriageTables, kTriageMode));
  return TriageBook(std::move(database));
}

Result<std::map<std::string, Triage>> TriageBook::all() const {
  std::map<std::string, Triage> out;
  if (!database_) return out;
  TRY_ASSIGN(Statement rows,
             database_->prepare("SELECT incident,state,resolution,reason,assignee,who,time "
                                "FROM triage"));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    out[std::string(rows.text(0))] = triage_of(rows);
  }
}

Result<std::vector<TriageChange>> TriageBook::changes(const std::string& incident) const {
  std::vector<TriageChange> out;
  if (!database_) return out;
  TRY_ASSIGN(Statement rows, database_->prepare("SELECT what,before,after,who,time FROM audit "
                                                "WHERE incident=?1 ORDER BY number"));
  rows.bind(1, std::string_view(incident));
  for (;;) {
    TRY_ASSIGN(const bool found, rows.step());
    if (!found) return out;
    out.push_back({incident, std::string(rows.text(0)), std::string(rows.text(1)),
                   std::string(rows.text(2)), std::string(rows.text(3)), WallTime{rows.number(4)}});
  }
}

Result<void> TriageBook::decide(const std::vector<std::pair<std::string, Triage>>& decisions) {
  for (const auto& [incident, triage] : decisions) TRY(check(triage));
  return as_one(*database_, [&]() -> Result<void> {
    TRY_ASSIGN(auto known, all());
    for (const auto& [incident, triage] : decisions)
      TRY(write_changes(incident, known[incident], triage));
    return {};
  });
}

Result<void> TriageBook::write_changes(const std::string& incident, const Triage& before,
                                       const Triage& after) {
  const auto changed = [&](const char* what, const std::string& old_text,
                           const std::string& new_text) -> Result<void> {
    if (old_text == new_text) return {};
    return write_audit(*database_, {incident, what, old_text, new_text, after.by, after.at});
  };
  TRY(changed("state", before.state, after.state));
  TRY(changed("resolution", before.resolution, after.resolution));
  TRY(changed("reason", before.reason, after.reason));
  TRY(changed("assignee", before.assignee, after.assignee));
  return write_triage(*database_, incident, after);
}

}  // namespace picket::store
