// SPDX-License-Identifier: Apache-2.0
#include "app/cli/scan_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include "base/utf8.h"

namespace picket::app::cli {

void add_scan_options(CLI::App& command, ScanOptions& options) {
  constexpr const char* kWhat = "What to look at";
  constexpr const char* kWith = "What to look for";
  constexpr const char* kHow = "How";
  command.add_option("paths", options.paths, "files and folders, with all below them")
      ->type_name("PATH");
  command.add_flag("--processes", options.processes, "the programs that run, deleted ones too")
      ->group(kWhat);
  command
      .add_flag("--removable", options.removable, "sticks, discs, images and shares, as mounted")
      ->group(kWhat);
  command
      .add_flag("--persistence", options.persistence,
                "what this machine starts by itself: systemd, cron, profiles, ld.so.preload, udev, "
                "autostart; with what each starts")
      ->group(kWhat);
  command
      .add_option("--like", options.like,
                  "copies, and nearly copies, of a file, an alert's file, or a hash (MD5, SHA-256)")
      ->type_name("FILE|ALERT|HASH")
      ->allow_extra_args(false)
      ->group(kWith);
  command
      .add_option("--yara", options.yara, "YARA rules: a file, or a folder of them; several times")
      ->type_name("FILE|DIR")
      ->allow_extra_args(false)
      ->group(kWith);
  command.add_flag("!--no-own-rules", options.own_rules, "without picket's own YARA rules")
      ->group(kWith);
  command
      .add_option("--indicators", options.indicators,
                  "hashes known to be bad: plain, CSV, STIX 2.1 or MISP; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(kWith);
  command
      .add_option(
          "--recent", options.recent_days,
          "programs that no package owns are told when changed within so many days; 0: none")
      ->type_name("DAYS")
      ->capture_default_str()
      ->group(kWith);
  command
      .add_option("--min-severity", options.min_severity,
                  "informational, low, medium, high, critical")
      ->type_name("SEVERITY")
      ->capture_default_str()
      ->group(kHow);
  command.add_option("--store", options.store, "keep what is found in the history in that folder")
      ->type_name("DIR")
      ->group(kHow);
  command
      .add_option("--resume", options.resume,
                  "go on where a scan with the same paths and this file was stopped")
      ->type_name("FILE")
      ->group(kHow);
  command.add_flag("--nice", options.nice, "slowly: others first, half of the time idle")
      ->group(kHow);
  command.add_flag("-q,--quiet", options.quiet, "no progress")->group(kHow);
  command.add_flag("--json", options.json, "alerts as JSON lines")->group(kHow);
  add_state_option(command, options.state);
}

Result<ScanRequest> resolve(const ScanOptions& options) {
  ScanRequest request{options, event::Severity::kLow};
  const auto least = event::parse_severity(options.min_severity);
  if (!least)
    return failure("--min-severity: \"" + printable(options.min_severity) + "\" is no severity",
                   "write informational, low, medium, high or critical");
  request.least = *least;
  if (options.paths.empty() && !options.processes && !options.removable && !options.persistence)
    return failure("nothing to look at",
                   "name files or folders, or --processes, --removable, --persistence");
  return request;
}

}  // namespace picket::app::cli
