// SPDX-License-Identifier: Apache-2.0
#include "app/cli/response_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include "app/cli/option_groups.h"
#include "base/utf8.h"
#include "search/query_value.h"

namespace picket::app::cli {
namespace {

void add_reason(CLI::App& command, std::string& reason) {
  command.add_option("--reason", reason, "why, for the audit log")->type_name("TEXT");
}

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "one JSON object a line")->group(kOutputGroup);
}

}  // namespace

void add_response_place(CLI::App& command, ResponsePlace& place, bool alerts) {
  command
      .add_option("--responses", place.responses,
                  "the folder of audit log and quarantine; default: /var/lib/picket-response for "
                  "root, else the caller's own")
      ->type_name("DIR")
      ->group(kWhereGroup);
  if (!alerts) return;
  command.add_option("--state", place.state, "the folder of the history that alerts are found in")
      ->type_name("DIR")
      ->capture_default_str()
      ->group(kWhereGroup);
}

void add_process_act_options(CLI::App& command, ProcessActOptions& options) {
  command
      .add_option("targets", options.targets,
                  "process ids, PID@START as in alerts, or ids of alerts (their process)")
      ->type_name("TARGET")
      ->required();
  command.add_flag("--tree", options.tree, "with everything that it started");
  command.add_flag("--i-know", options.i_know,
                   "even picket itself, or what this command was started from");
  add_reason(command, options.reason);
  add_json(command, options.json);
  add_response_place(command, options.place, true);
}

void add_audit_options(CLI::App& command, AuditOptions& options) {
  command.add_flag("--verify", options.verify,
                   "only whether the log is whole; exit code 1 when it is not");
  command.add_flag("--json", options.json, "the lines as they are kept")->group(kOutputGroup);
  add_response_place(command, options.place, false);
}

void add_quarantine_add_options(CLI::App& command, QuarantineAddOptions& options) {
  command
      .add_option("targets", options.targets,
                  "paths of files, process ids (their program), ids of alerts (their file)")
      ->type_name("TARGET")
      ->required();
  command.add_flag("--kill", options.kill, "also end the processes that run the file");
  command.add_flag("--i-know", options.i_know,
                   "with --kill: even picket itself, or what this command was started from");
  command.add_flag("--this-name", options.this_name,
                   "of a file with several names (hard links), take this one");
  add_reason(command, options.reason);
  add_json(command, options.json);
  add_response_place(command, options.place, true);
}

void add_quarantine_list_options(CLI::App& command, QuarantineListOptions& options) {
  add_json(command, options.json);
  add_response_place(command, options.place, false);
}

void add_quarantine_restore_options(CLI::App& command, QuarantineRestoreOptions& options) {
  command
      .add_option("ids", options.ids, "as picket quarantine list tells them, or their beginning")
      ->type_name("ID")
      ->required();
  command.add_option("--to", options.to, "another path than its own")->type_name("PATH");
  add_reason(command, options.reason);
  add_response_place(command, options.place, false);
}

void add_quarantine_remove_options(CLI::App& command, QuarantineRemoveOptions& options) {
  command.add_option("ids", options.ids, "which to delete for good")->type_name("ID");
  command
      .add_option("--older-than", options.older_than, "all taken longer ago than that: 30d, 12h")
      ->type_name("SPAN");
  add_reason(command, options.reason);
  add_response_place(command, options.place, false);
}

void add_guard_options(CLI::App& command, GuardOptions& options) {
  command.add_option("--path", options.paths, "a program that is not to be started; several times")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command
      .add_option("--hash", options.hashes,
                  "its content, as SHA-256, wherever it is copied to; several times")
      ->type_name("HASH")
      ->allow_extra_args(false);
  command
      .add_option("--on", options.on,
                  "watch the file system that this is on; several times; default: that of /")
      ->type_name("DIR")
      ->allow_extra_args(false);
  add_reason(command, options.reason);
  add_json(command, options.json);
  add_response_place(command, options.place, false);
}

Result<GuardOptions> resolve(const GuardOptions& options) {
  constexpr size_t kDigits = 64;
  for (const std::string& hash : options.hashes)
    if (hash.size() != kDigits || hash.find_first_not_of("0123456789abcdef") != hash.npos)
      return failure("--hash: \"" + printable(hash) + "\" is no SHA-256",
                     "write 64 hexadecimal digits, in lower case");
  if (options.paths.empty() && options.hashes.empty())
    return failure("nothing to forbid", "name programs with --path or --hash");
  return options;
}

void add_sample_options(CLI::App& command, SampleOptions& options) {
  constexpr const char* kUpload = "Sending it";
  command
      .add_option("target", options.target,
                  "a process id, the path of a file, an id of the quarantine, or of an alert")
      ->type_name("TARGET")
      ->required();
  command.add_option("--out", options.out, "the zip file to make; default: a name in this folder")
      ->type_name("FILE");
  command
      .add_option("--upload", options.upload,
                  "send it there: https://HOST/PATH; nothing is sent without this")
      ->type_name("URL")
      ->group(kUpload);
  command
      .add_flag("--misp", options.misp, "as MISP's API takes it (URL: .../events/upload_sample)")
      ->group(kUpload);
  command
      .add_option("--key-file", options.key_file, "a file with the key to send as Authorization")
      ->type_name("FILE")
      ->group(kUpload);
  command.add_option("--ca", options.ca_file, "who vouches for the server, beside the system's")
      ->type_name("FILE")
      ->group(kUpload);
  add_reason(command, options.reason);
  add_json(command, options.json);
  add_response_place(command, options.place, true);
}

Result<SampleOptions> resolve(const SampleOptions& options) {
  if (options.upload.empty() && (options.misp || !options.key_file.empty()))
    return failure("--misp and --key-file are about sending", "name where: --upload URL");
  return options;
}

Result<QuarantineAddOptions> resolve(const QuarantineAddOptions& options) { return options; }
Result<QuarantineListOptions> resolve(const QuarantineListOptions& options) { return options; }

Result<QuarantineRestoreOptions> resolve(const QuarantineRestoreOptions& options) {
  if (!options.to.empty() && options.ids.size() != 1)
    return failure("--to is for one file", "Restore one after the other.");
  return options;
}

Result<QuarantineRemoveRequest> resolve(const QuarantineRemoveOptions& options) {
  QuarantineRemoveRequest request{options.ids, 0, options.reason, options.place};
  if (!options.older_than.empty()) {
    const auto span = search::parse_span(options.older_than);
    if (!span || *span <= 0)
      return failure("--older-than: \"" + printable(options.older_than) + "\" is no span of time",
                     "write 12h, 30d or 4w");
    request.older_than_ns = *span;
  }
  if (request.ids.empty() == options.older_than.empty())
    return failure("name ids, or --older-than", "picket quarantine list tells the ids");
  return request;
}

Result<ProcessActOptions> resolve(const ProcessActOptions& options) { return options; }
Result<AuditOptions> resolve(const AuditOptions& options) { return options; }

}  // namespace picket::app::cli
