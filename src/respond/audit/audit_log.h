// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

// What was done on this machine, by whom and why: one file, only ever appended to, each line
// chained to the one before by its SHA-256, so that a line that was changed, taken out or put in is
// found (docs/formats/audit.md). Whoever may write the file can also write a new chain: what the
// chain proves is that nobody changed a part of it; a copy elsewhere (picket audit --json) proves
// the rest.
namespace picket::respond {

struct AuditRecord {
  static constexpr size_t kTextMax = 4096;  // bytes of one member; a longer one is cut

  WallTime time;
  std::string actor;   // who: "alice (uid 1000) as root, picket kill, pid 4711"
  std::string action;  // kill, suspend, quarantine...
  std::string target;  // what it was done to
  std::string reason;  // why, in the actor's words; empty: none given
  std::string alert_id, rule_id;
  std::string before, after;  // the target's state
  std::string undo;           // the command that takes it back; empty: nothing does
  std::string result;         // begun, done, refused: ..., failed: ...
  uint64_t of = 0;            // number of the line that began what this one ends; 0: none
};

class AuditLog {
 public:
  static constexpr size_t kLineMax = 64 * 1024;  // bytes

  // FOLDER/audit.ndjson, made with mode 0600; the folder is a private one (private_store.h).
  static Result<AuditLog> open(const std::string& folder);

  // Appends one line, on the disk when it returns; its number. Safe beside other writers.
  Result<uint64_t> append(const AuditRecord& record);

 private:
  explicit AuditLog(UniqueFd folder, UniqueFd file)
      : folder_(std::move(folder)), file_(std::move(file)) {}
  UniqueFd folder_, file_;
};

// Does something and tells the log before and after: nothing is done that was not written down.
// `act` fills in `after`; its error becomes the result and is passed on.
Result<void> audited(AuditLog& log, AuditRecord record,
                     const std::function<Result<void>(AuditRecord&)>& act);

// The caller, in words, for AuditRecord::actor: who logged in, whose rights it has, which command.
std::string caller_words(std::string_view command);

struct AuditCheck {
  uint64_t lines = 0;
  std::vector<std::string> problems;  // "line 12: changed since it was written"
  static constexpr size_t kProblemsMax = 100;
};

// Reads the log in order and calls `each` with every line (without its newline), whole or not.
// Verifies the chain. An Error: there is no log, or it cannot be read.
Result<AuditCheck> read_audit(const std::string& folder,
                              const std::function<void(std::string_view line)>& each);

// The parts, for tests and fuzzing: verifies a whole log held in memory. `head`: what the file
// audit.head says, empty: there is none.
AuditCheck verify_audit(std::string_view log, std::string_view head,
                        const std::function<void(std::string_view line)>& each);

}  // namespace picket::respond
