// SPDX-License-Identifier: Apache-2.0
#include "app/cli/capture_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <algorithm>

#include "app/cli/nearest.h"
#include "app/cli/option_words.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

constexpr const char* kGroup = "Captures";

}  // namespace

void add_capture_options(CLI::App& command, CaptureOptions& options) {
  command
      .add_option("-k", options.checksums,
                  "packets with wrong checksums: left out (all), taken (none), or left out unless "
                  "many have them (auto, the default)")
      ->type_name("CHECKSUMS")
      ->group(kGroup);
  command
      .add_option("--set", options.assignments,
                  "a setting under Suricata's name, as KEY=VALUE; several times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->group(kGroup);
  command
      .add_option("--rules", options.rules,
                  "signatures in Suricata's language, a file; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(kGroup);
  command
      .add_option(
          "--keep-files", options.keep_files,
          "keep the files that signatures ask for (filestore) in this folder, each under the "
          "SHA-256 of its content")
      ->type_name("DIR")
      ->group(kGroup);
  command
      .add_flag("--keep-all-files", options.keep_all_files,
                "with --keep-files: keep every file that passes")
      ->group(kGroup);
  command
      .add_flag("--simulate-ips", options.simulate_ips,
                "as if packets could be dropped: verdicts of rules are carried out")
      ->group(kGroup);
}

Result<CaptureOptions> resolve(const CaptureOptions& options) {
  const std::vector<std::string_view> words = words_for("CHECKSUMS");
  if (!options.checksums.empty() && std::ranges::find(words, options.checksums) == words.end())
    return failure("-k: \"" + printable(options.checksums) + "\" is no way to treat checksums",
                   "There are " + listed(words));
  for (const std::string& assignment : options.assignments)
    if (const size_t equals = assignment.find('='); equals == 0 || equals == assignment.npos)
      return failure("--set: \"" + printable(assignment) + "\" is no KEY=VALUE",
                     "for example --set stream.midstream=true");
  if (options.keep_all_files && options.keep_files.empty())
    return failure("--keep-all-files: there is no folder to keep them in", "Add --keep-files DIR");
  return options;
}

}  // namespace picket::app::cli
