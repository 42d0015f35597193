// SPDX-License-Identifier: Apache-2.0
#include "app/cli/content_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include "app/cli/option_groups.h"

namespace picket::app::cli {
namespace {

void add_placeholders(CLI::App& command, std::string& path) {
  command
      .add_option("--sigma-placeholders", path,
                  "values for %placeholders% of rules: a YAML file, or a folder of NAME.txt")
      ->type_name("PATH");
}

void add_sigma(CLI::App& command, std::vector<std::string>& paths, const char* help) {
  command.add_option("--sigma", paths, help)->type_name("PATH")->allow_extra_args(false);
}

}  // namespace

void add_content_check_options(CLI::App& command, ContentCheckOptions& options) {
  command.add_option("paths", options.paths, "Sigma rules: files and folders")->type_name("PATH");
  command
      .add_option("--rules", options.rules,
                  "signatures in Suricata's rule language (may be given again)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_placeholders(command, options.sigma_placeholders);
  command.add_flag("--json", options.json, "one JSON object")->group(kOutputGroup);
}

void add_content_list_options(CLI::App& command, ContentListOptions& options) {
  add_sigma(command, options.sigma,
            "list these Sigma rules too: a file or a folder; several times");
  add_placeholders(command, options.sigma_placeholders);
  command.add_flag("--json", options.json, "a JSON line each")->group(kOutputGroup);
}

void add_content_test_options(CLI::App& command, ContentTestOptions& options) {
  command
      .add_option("folder", options.folder,
                  "samples: info.yml files, each beside the event logs it names")
      ->type_name("DIR")
      ->required();
  add_sigma(command, options.sigma,
            "the Sigma rules under test: a file or a folder; several times");
  add_placeholders(command, options.sigma_placeholders);
  command.add_flag("--json", options.json, "one JSON object")->group(kOutputGroup);
}

Result<ContentCheckOptions> resolve(const ContentCheckOptions& options) {
  if (options.paths.empty() && options.rules.empty())
    return failure("picket content check: nothing to check", "name files or folders of rules");
  return options;
}

void add_content_keywords_options(CLI::App& command, ContentKeywordsOptions& options) {
  command.add_flag("--json", options.json, "one JSON object")->group(kOutputGroup);
  command.add_flag("--markdown", options.markdown, "as docs/reference/keywords.md")
      ->group(kOutputGroup);
}

Result<ContentKeywordsOptions> resolve(const ContentKeywordsOptions& options) {
  if (options.json && options.markdown)
    return failure("--json and --markdown are two forms of one page", "leave one of the two out");
  return options;
}

void add_content_profile_options(CLI::App& command, ContentProfileOptions& options) {
  command.add_option("captures", options.captures, "captures (pcap, pcapng)")
      ->type_name("FILE")
      ->required();
  add_capture_options(command, options.capture);
  command.add_option("--top", options.top, "show so many rules; 0: all")
      ->type_name("N")
      ->capture_default_str();
  command.add_flag("--json", options.json, "one JSON object")->group(kOutputGroup);
}

Result<ContentProfileOptions> resolve(const ContentProfileOptions& options) {
  if (options.capture.rules.empty())
    return failure("picket content profile: no signatures to measure", "name them with --rules");
  TRY(resolve(options.capture));
  return options;
}

Result<ContentListOptions> resolve(const ContentListOptions& options) {
  if (!options.sigma_placeholders.empty() && options.sigma.empty())
    return failure("--sigma-placeholders fills in Sigma rules, and there are none",
                   "name the rules with --sigma");
  return options;
}

Result<ContentTestOptions> resolve(const ContentTestOptions& options) {
  if (options.sigma.empty())
    return failure("picket content test: no rules to test", "name them with --sigma");
  return options;
}

}  // namespace picket::app::cli
