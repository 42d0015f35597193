// SPDX-License-Identifier: Apache-2.0
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/cli/exit_code.h"
#include "app/client/terminal_facts.h"
#include "app/history/history_commands.h"
#include "app/history/incident_words.h"
#include "app/history/store_folder.h"
#include "base/utf8.h"
#include "incident/arranged.h"
#include "store/triage.h"

namespace picket::app::history {
namespace {

// Who decides: the person behind sudo, not root.
std::string caller() {
  if (const char* behind = std::getenv("SUDO_USER"); behind && *behind && ::getuid() == 0)
    return behind;
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? std::string(entry->pw_name) : std::to_string(::getuid());
}

Result<void> decide(const cli::IncidentsOptions& options, const std::string& incident) {
  TRY_ASSIGN(store::TriageBook book, store::TriageBook::open_to_write(options.state));
  TRY_ASSIGN(auto known, book.all());
  store::Triage triage = known[incident];
  if (!options.status.empty()) triage.state = options.status;
  if (!options.verdict.empty()) triage.resolution = options.verdict;
  if (!options.reason.empty()) triage.reason = options.reason;
  if (!options.assignee.empty()) triage.assignee = options.assignee;
  triage.by = caller();
  triage.at = system_clock().wall();
  return book.decide(incident, triage);
}

Result<std::vector<store::KeptIncident>> chosen(const cli::IncidentsOptions& options,
                                                store::Reader& reader) {
  TRY_ASSIGN(const store::TriageBook book, store::TriageBook::open_to_read(options.state));
  TRY_ASSIGN(const store::Arrangement arrangement, book.arrangement());
  std::vector<store::KeptIncident> all = incident::arranged(reader.incidents(), arrangement);
  std::erase_if(all, [&](const auto& one) { return !one.id.starts_with(options.id); });
  if (all.empty() && !options.id.empty())
    return failure("no incident begins with " + printable(options.id),
                   "picket incidents lists them");
  if (options.decides() && all.size() > 1)
    return failure("several incidents begin with " + printable(options.id), "write more of the id");
  return all;
}

}  // namespace

Result<int> run_incidents(const cli::IncidentsOptions& options) {
  TRY_ASSIGN(store::Reader reader, open_store(options.state));
  TRY_ASSIGN(const auto incidents, chosen(options, reader));
  if (options.decides()) TRY(decide(options, incidents.front().id));
  TRY_ASSIGN(const store::TriageBook book, store::TriageBook::open_to_read(options.state));
  TRY_ASSIGN(const auto triage, book.all());
  const bool color = client::look_at_terminal().color && !options.no_color;
  for (const store::KeptIncident& incident : incidents) {
    const auto known = triage.find(incident.id);
    const store::Triage decided = known == triage.end() ? store::Triage{} : known->second;
    std::string text;
    if (options.json) {
      text = incident_json(incident, decided) + '\n';
    } else if (options.id.empty()) {
      text = incident_line(incident, decided, color);
    } else {
      TRY_ASSIGN(const auto changes, book.changes(incident.id));
      text = incident_page(incident, decided, color) + changes_text(changes);
    }
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) break;
  }
  std::fflush(stdout);
  if (incidents.empty() && !options.json) std::fputs("no incidents so far\n", stderr);
  return tell_problems(reader) ? cli::kExitCouldNot : cli::kExitDone;
}

}  // namespace picket::app::history
