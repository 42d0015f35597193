// SPDX-License-Identifier: Apache-2.0
#include "app/cli/analyze_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <charconv>

#include "app/cli/nearest.h"
#include "app/cli/option_groups.h"
#include "app/cli/option_words.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

constexpr const char* kDetectGroup = "What to detect with";
constexpr size_t kThreadsMax = 64;

Result<event::Severity> resolve_severity(const std::string& word) {
  if (const auto severity = event::parse_severity(word)) return *severity;
  const std::vector<std::string_view> words = words_for("SEVERITY");
  std::string next;
  if (const std::string_view near = nearest(word, words); !near.empty())
    next = "did you mean " + std::string(near) + "? ";
  return failure("--min-severity: " + in_quotes(word) + " is not a severity",
                 next + "There are " + listed(words));
}

Result<size_t> resolve_threads(const std::string& given) {
  size_t threads = 0;
  if (given.empty()) return threads;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), threads);
  if (error == std::errc() && end == given.data() + given.size() && threads >= 1 &&
      threads <= kThreadsMax)
    return threads;
  return failure("--threads: " + in_quotes(given) + " is not a number of threads",
                 "write a number from 1 to " + std::to_string(kThreadsMax));
}

// Only one output may have standard output to itself.
Result<void> check_standard_output(const AnalyzeOptions& options) {
  int takers = options.json + options.timeline;
  for (const std::string* path : {&options.events, &options.incidents, &options.eve})
    takers += *path == "-";
  takers += static_cast<int>(std::ranges::count(options.reports, "-"));
  if (takers <= 1) return {};
  return failure(
      "several outputs want standard output",
      "give all but one of --json, --timeline, --events, --incidents, --eve and --report "
      "a file");
}

Result<void> check_reports(const std::vector<std::string>& reports) {
  for (const std::string& report : reports)
    if (!report.ends_with(".md") && !report.ends_with(".html"))
      return failure("--report: " + in_quotes(report) + " ends in neither .md nor .html",
                     "the ending says which kind of report is written");
  return {};
}

void add_detection_options(CLI::App& command, AnalyzeOptions& options) {
  command.add_option("--sigma", options.sigma, "Sigma rules: a file or a folder; several times")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group(kDetectGroup);
  command
      .add_option("--sigma-placeholders", options.sigma_placeholders,
                  "values for %placeholders% of rules: a YAML file, or a folder of NAME.txt")
      ->type_name("PATH")
      ->group(kDetectGroup);
  command
      .add_option(
          "--indicators", options.indicators,
          "a list of addresses, names, URLs, hashes or fingerprints known to be bad: plain, "
          "CSV, STIX 2.1 or MISP; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(kDetectGroup);
  command.add_flag("--no-behaviors", options.no_behaviors, "without the behaviours built in")
      ->group(kDetectGroup);
  command
      .add_option("--settings", options.settings,
                  "thresholds of behaviours and what is known to be right, as TOML")
      ->type_name("FILE")
      ->group(kDetectGroup);
}

}  // namespace

void add_analyze_options(CLI::App& command, AnalyzeOptions& options) {
  command
      .add_option(
          "inputs", options.inputs,
          "files, folders, patterns, or - for standard input: event logs (EVTX, XML, JSON), "
          "Sysmon and audit logs, Zeek and EVE logs, captures; packed or not")
      ->type_name("INPUT")
      ->required();
  add_detection_options(command, options);
  command
      .add_option("--events", options.events, "every alert as a JSON line (docs/formats/alerts.md)")
      ->type_name("FILE")
      ->group(kOutputGroup);
  command
      .add_option("--incidents", options.incidents,
                  "alerts put together to incidents, as JSON lines")
      ->type_name("FILE")
      ->group(kOutputGroup);
  command.add_option("--eve", options.eve, "alerts and protocol records as Suricata writes them")
      ->type_name("FILE")
      ->group(kOutputGroup);
  command
      .add_option("--eve-types", options.eve_types,
                  "of captures only records of these event types, as in alert,flow; default all")
      ->type_name("TYPE,...")
      ->delimiter(',')
      ->group(kOutputGroup);
  command
      .add_option("--store", options.store,
                  "add it to the history in this folder, for picket search and picket incidents")
      ->type_name("DIR")
      ->group(kOutputGroup);
  command
      .add_option("--report", options.reports,
                  "a report for people: FILE.md or FILE.html; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(kOutputGroup);
  command.add_flag("--json", options.json, "alerts as JSON lines instead of the summary")
      ->group(kOutputGroup);
  command
      .add_flag("--timeline", options.timeline,
                "a line per alert, in order of time across all inputs, instead of the summary")
      ->group(kOutputGroup);
  command
      .add_option("--min-severity", options.min_severity,
                  "what is shown, and counts as found, from this severity on")
      ->type_name("SEVERITY")
      ->capture_default_str()
      ->group(kOutputGroup);
  command.add_flag("--check", options.check, "end with 1 when something was found")
      ->group(kOutputGroup);
  command.add_flag("-q,--quiet", options.quiet, "no summary and no progress")->group(kOutputGroup);
  command
      .add_flag("--no-color", options.no_color, "no colours (as the environment variable NO_COLOR)")
      ->group(kOutputGroup);
  command.add_flag("--ascii", options.ascii, "only ASCII for lines and marks")->group(kOutputGroup);
  command
      .add_option("--threads", options.threads,
                  "inputs read at once; the result is the same for any number")
      ->type_name("NUMBER");
  add_capture_options(command, options.capture);
}

Result<AnalyzeRequest> resolve(const AnalyzeOptions& options) {
  AnalyzeRequest request;
  TRY_ASSIGN(request.min_severity, resolve_severity(options.min_severity));
  TRY_ASSIGN(request.threads, resolve_threads(options.threads));
  TRY_ASSIGN(request.capture, resolve(options.capture));
  TRY(check_standard_output(options));
  TRY(check_reports(options.reports));
  if (!options.eve_types.empty() && options.eve.empty())
    return failure("--eve-types says what --eve writes, and there is no --eve",
                   "name the file with --eve");
  if (options.no_behaviors && !options.settings.empty())
    return failure("--settings tunes the behaviours that --no-behaviors leaves aside",
                   "leave one of the two out");
  if (!options.sigma_placeholders.empty() && options.sigma.empty())
    return failure("--sigma-placeholders fills in Sigma rules, and there are none",
                   "name the rules with --sigma");
  request.inputs = options.inputs;
  request.sigma = options.sigma;
  request.sigma_placeholders = options.sigma_placeholders;
  request.indicators = options.indicators;
  request.behaviors = !options.no_behaviors;
  request.settings = options.settings;
  request.events = options.events;
  request.incidents = options.incidents;
  request.eve = options.eve;
  request.eve_types = options.eve_types;
  request.store = options.store;
  request.reports = options.reports;
  request.json = options.json;
  request.timeline = options.timeline;
  request.check = options.check;
  request.quiet = options.quiet;
  request.no_color = options.no_color;
  request.ascii = options.ascii;
  return request;
}

}  // namespace picket::app::cli
