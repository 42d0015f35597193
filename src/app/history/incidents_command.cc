// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/client/terminal_facts.h"
#include "app/history/history_commands.h"
#include "app/history/incident_words.h"
#include "app/history/store_folder.h"
#include "base/utf8.h"

namespace picket::app::history {

Result<int> run_incidents(const cli::IncidentsOptions& options) {
  TRY_ASSIGN(store::Reader reader, open_store(options.state));
  const bool color = client::look_at_terminal().color && !options.no_color;
  size_t shown = 0;
  for (const store::KeptIncident& incident : reader.incidents()) {
    if (!incident.id.starts_with(options.id)) continue;
    ++shown;
    const std::string text = options.json         ? incident.json + '\n'
                             : options.id.empty() ? incident_line(incident, color)
                                                  : incident_page(incident, color);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) break;
  }
  std::fflush(stdout);
  const bool incomplete = tell_problems(reader);
  if (shown == 0 && !options.id.empty())
    return failure("no incident begins with " + printable(options.id),
                   "picket incidents lists them");
  if (shown == 0 && !options.json) std::fputs("no incidents so far\n", stderr);
  return incomplete ? cli::kExitCouldNot : cli::kExitDone;
}

}  // namespace picket::app::history
