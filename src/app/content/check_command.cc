// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/content/content_command.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "detect/sigma/rule_set.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/rule_set.h"

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

using SignatureReport = detect::suricata::LoadReport;

void append_errors(JsonWriter& json, const char* name,
                   const std::vector<detect::suricata::RuleError>& errors) {
  json.key(name).begin_array();
  for (const detect::suricata::RuleError& error : errors) {
    json.begin_object().member("file", error.file).member("line", error.position.line);
    json.member("column", error.position.column);
    if (error.sid != 0) json.member("sid", error.sid);
    json.member_if("rule", error.rule).member("message", error.message).end_object();
  }
  json.end_array();
}

std::string as_json(const SignatureReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "content_check").member("kind", "signatures");
  json.member("files", report.files).member("found", report.rules);
  json.member("loaded", report.loaded).member("disabled", report.disabled);
  json.member("duplicates", report.duplicates).member("skipped", report.skipped);
  append_errors(json, "errors", report.errors);
  append_errors(json, "warnings", report.warnings);
  json.end_object();
  return out + '\n';
}

std::string as_text(const SignatureReport& report) {
  std::string out;
  for (const auto* list : {&report.errors, &report.warnings})
    for (const detect::suricata::RuleError& error : *list)
      out += (list == &report.warnings ? "warning: " : "") + printable(error.text()) + '\n';
  out += std::to_string(report.loaded) + " of " + std::to_string(report.rules) +
         " signatures load, from " + std::to_string(report.files) + " files";
  if (report.disabled > 0) out += "; " + std::to_string(report.disabled) + " are switched off";
  if (report.duplicates > 0)
    out += "; " + std::to_string(report.duplicates) + " repeat a sid in an older revision";
  if (report.skipped > 0) out += "; " + std::to_string(report.skipped) + " ask to be skipped here";
  return out + '\n';
}

Result<int> check_signatures(const cli::ContentCheckOptions& options) {
  detect::suricata::RuleSet set;
  TRY_ASSIGN(const SignatureReport report,
             detect::suricata::load_rules(set, options.rules, inspect::Settings()));
  std::fputs((options.json ? as_json(report) : as_text(report)).c_str(), stdout);
  return report.errors.empty() ? cli::kExitDone : cli::kExitFound;
}

}  // namespace

Result<int> run_keywords(const cli::ContentKeywordsOptions& options) {
  using namespace detect::suricata::keyword;
  const std::string page = options.json       ? keyword_reference_json()
                           : options.markdown ? keyword_reference_markdown()
                                              : keyword_reference_text();
  std::fputs(page.c_str(), stdout);
  return cli::kExitDone;
}

Result<int> run_check(const cli::ContentCheckOptions& options) {
  int code = cli::kExitDone;
  if (!options.rules.empty()) {
    TRY_ASSIGN(code, check_signatures(options));
  }
  if (options.paths.empty()) return code;
  TRY_ASSIGN(const detect::sigma::RuleSet set,
             detect::sigma::load_rules(options.paths, options.sigma_placeholders));
  const std::string text = options.json ? as_json(set.report) : set.report.text();
  std::fputs(text.c_str(), stdout);
  if (set.report.found() == 0)
    return failure("no Sigma documents in what was named",
                   "rules are YAML files that end in .yml or .yaml");
  return set.report.errors.empty() ? code : cli::kExitFound;
}

}  // namespace picket::app::content
