// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/content/content_command.h"
#include "app/content/sigma_rules.h"
#include "base/json_writer.h"

namespace picket::app::content {
namespace {

std::string as_json(const detect::sigma::LoadReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "content_check").member("kind", "sigma");
  json.member("files", report.files).member("found", report.found());
  json.member("loaded", report.loaded()).member("rules", report.rules);
  json.member("correlations", report.correlations).member("filters", report.filters);
  json.key("errors").begin_array();
  for (const detect::sigma::LoadError& error : report.errors) {
    json.begin_object().member("file", error.place.file);
    if (error.place.line != 0) json.member("line", error.place.line);
    json.member_if("title", error.title).member("message", error.message).end_object();
  }
  json.end_array().end_object();
  return out + '\n';
}

}  // namespace

Result<int> run_check(const cli::ContentCheckOptions& options) {
  TRY_ASSIGN(const detect::sigma::RuleSet set,
             load_sigma(options.paths, options.sigma_placeholders));
  const std::string text = options.json ? as_json(set.report) : set.report.text();
  std::fputs(text.c_str(), stdout);
  if (set.report.found() == 0)
    return failure("no Sigma documents in what was named",
                   "rules are YAML files that end in .yml or .yaml");
  return set.report.errors.empty() ? cli::kExitDone : cli::kExitFound;
}

}  // namespace picket::app::content
