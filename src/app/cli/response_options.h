// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/cli/history_options.h"

// The options of the commands that do something about what was found, in the same three parts as
// those of command_options.h.
namespace picket::app::cli {

// What every response has: where it is written down, and why it is done.
struct ResponsePlace {
  std::string responses;              // folder; empty: the caller's own (respond::default_folder())
  std::string state = kDefaultState;  // where alerts are looked up
};

struct ProcessActOptions {
  std::vector<std::string> targets;
  bool tree = false, i_know = false, json = false;
  std::string reason;
  ResponsePlace place;
};

struct AuditOptions {
  bool verify = false, json = false;
  ResponsePlace place;
};

struct QuarantineAddOptions {
  std::vector<std::string> targets;
  bool this_name = false, kill = false, i_know = false, json = false;
  std::string reason;
  ResponsePlace place;
};
struct QuarantineListOptions {
  bool json = false;
  ResponsePlace place;
};
struct QuarantineRestoreOptions {
  std::vector<std::string> ids;
  std::string to, reason;
  ResponsePlace place;
};
struct QuarantineRemoveOptions {
  std::vector<std::string> ids;
  std::string older_than, reason;
  ResponsePlace place;
};
struct QuarantineRemoveRequest {
  std::vector<std::string> ids;
  int64_t older_than_ns = 0;  // 0: none
  std::string reason;
  ResponsePlace place;
};

struct SampleOptions {
  std::string target, out, upload, key_file, ca_file, reason;
  bool misp = false, json = false;
  ResponsePlace place;
};

struct GuardOptions {
  std::vector<std::string> paths, hashes, on;
  std::string reason;
  bool json = false;
  ResponsePlace place;
};

void add_response_place(CLI::App& command, ResponsePlace& place, bool alerts);
void add_process_act_options(CLI::App& command, ProcessActOptions& options);
void add_audit_options(CLI::App& command, AuditOptions& options);
void add_guard_options(CLI::App& command, GuardOptions& options);
Result<GuardOptions> resolve(const GuardOptions& options);
void add_sample_options(CLI::App& command, SampleOptions& options);
Result<SampleOptions> resolve(const SampleOptions& options);
void add_quarantine_add_options(CLI::App& command, QuarantineAddOptions& options);
void add_quarantine_list_options(CLI::App& command, QuarantineListOptions& options);
void add_quarantine_restore_options(CLI::App& command, QuarantineRestoreOptions& options);
void add_quarantine_remove_options(CLI::App& command, QuarantineRemoveOptions& options);

Result<QuarantineAddOptions> resolve(const QuarantineAddOptions& options);
Result<QuarantineListOptions> resolve(const QuarantineListOptions& options);
Result<QuarantineRestoreOptions> resolve(const QuarantineRestoreOptions& options);
Result<QuarantineRemoveRequest> resolve(const QuarantineRemoveOptions& options);
Result<ProcessActOptions> resolve(const ProcessActOptions& options);
Result<AuditOptions> resolve(const AuditOptions& options);

}  // namespace picket::app::cli
