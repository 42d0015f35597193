// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/content/content_command.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "detect/behavior/behavior.h"
#include "detect/sigma/rule_set.h"

namespace picket::app::content {
namespace {

struct Entry {  // of the list
  std::string_view kind, id, title, severity, place;
};

void print(const Entry& entry, bool json) {
  std::string line;
  if (json) {
    JsonWriter writer(line);
    writer.begin_object().member("type", "content").member("kind", entry.kind);
    writer.member("id", entry.id).member("title", entry.title);
    writer.member("severity", entry.severity).member_if("place", entry.place).end_object();
  } else {
    std::string severity(entry.severity);
    severity.resize(14, ' ');
    line = std::string(entry.kind) + "  " + severity + printable(entry.title) + "  [" +
           printable(entry.id) + "]";
  }
  line += '\n';
  std::fputs(line.c_str(), stdout);
}

}  // namespace

Result<int> run_list(const cli::ContentListOptions& options) {
  for (const detect::behavior::BehaviorEntry& behavior : detect::behavior::all_behaviors())
    print({"behavior", behavior.info.name, behavior.info.title, text(behavior.info.severity), {}},
          options.json);
  if (options.sigma.empty()) return cli::kExitDone;
  TRY_ASSIGN(const detect::sigma::RuleSet set,
             detect::sigma::load_rules(options.sigma, options.sigma_placeholders));
  const auto print_about = [&](const detect::sigma::About& about, std::string_view kind) {
    const std::string place = about.place.text();
    print({kind, about.id.empty() ? about.name : about.id, about.title, level_name(about.level),
           place},
          options.json);
  };
  for (const detect::sigma::Rule& rule : set.rules) print_about(rule.about, "sigma");
  for (const detect::sigma::Correlation& correlation : set.correlations)
    print_about(correlation.about, "sigma correlation");
  return cli::kExitDone;
}

}  // namespace picket::app::content
