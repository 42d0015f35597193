// SPDX-License-Identifier: Apache-2.0
// picket quarantine add, list, restore and remove.
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/response/audit_draft.h"
#include "app/response/response_commands.h"
#include "app/response/target.h"
#include "base/utf8.h"
#include "respond/quarantine/quarantine.h"
#include "view/units.h"

namespace picket::app::response {
namespace {

using respond::Quarantine;
using respond::QuarantineItem;

void tell(const Error& error) { std::fprintf(stderr, "picket: %s\n", error.text().c_str()); }

// The file a target means. A program by its process: the very file that runs, not what its path
// names by now.
Result<respond::ExactFile> file_of(const Target& target) {
  if (target.alert || target.pid == 0) {
    if (target.path.empty())
      return failure("the alert " + target.given + " is about no file", "Name a path.");
    return respond::open_exactly(target.path);
  }
  TRY_ASSIGN(const respond::HeldProcess process,
             respond::HeldProcess::hold(target.pid, target.start_ns));
  const std::string& path = process.found().executable;
  struct stat program {};
  const std::string link = "/proc/" + std::to_string(target.pid) + "/exe";
  if (!path.starts_with('/') || ::stat(link.c_str(), &program) != 0 || program.st_nlink == 0)
    return failure("process " + target.given + " runs a file that is not there (any more)",
                   "picket sample " + target.given + " keeps what it runs.");
  TRY_ASSIGN(respond::ExactFile file, respond::open_exactly(path));
  if (process.ended() || program.st_ino != file.facts.st_ino || program.st_dev != file.facts.st_dev)
    return failure(printable(path) + " is another file by now than the one that process " +
                       target.given + " runs",
                   "picket sample " + target.given + " keeps what it runs.");
  return file;
}

// Ends the processes that use the file, or says which they are.
Result<void> see_to_users(const cli::QuarantineAddOptions& options, respond::AuditLog& log,
                          const Target& target, const respond::ExactFile& file) {
  const auto users = respond::users_of(file.facts);
  if (users.empty()) return {};
  if (!options.kill) {
    std::string line = "still used by";
    for (const event::ProcessKey& user : users) line += " " + std::to_string(user.pid);
    std::fprintf(stderr, "picket: %s is %s\n  End them: picket kill", printable(file.path).c_str(),
                 line.c_str());
    for (const event::ProcessKey& user : users)
      std::fprintf(stderr, " %u@%llu", user.pid, static_cast<unsigned long long>(user.start_ns));
    std::fputs("\n", stderr);
    return {};
  }
  for (const event::ProcessKey& user : users) {
    respond::AuditRecord record = draft("kill", options.reason, target);
    record.target = std::to_string(user.pid) + "@" + std::to_string(user.start_ns);
    if (record.reason.empty()) record.reason = "it uses " + file.path;
    TRY(respond::audited(log, record, [&](respond::AuditRecord& after) -> Result<void> {
      auto held = respond::HeldProcess::hold(user.pid, user.start_ns);
      if (!held && held.error().code == ESRCH) return {};
      if (!held) return std::unexpected(held.error());
      TRY_ASSIGN(const auto outcomes, respond::act_on(std::move(*held), {respond::ProcessAct::kKill,
                                                                         false, options.i_know}));
      after.after = outcomes.front().after;
      return outcomes.front().done;
    }));
  }
  return {};
}

void print(const QuarantineItem& item, bool json) {
  if (json) {
    std::string line;
    JsonWriter out(line);
    respond::append_json(out, item);
    std::puts(line.c_str());
    return;
  }
  std::printf("%s  %s  %s  %s%s\n", item.id.c_str(), rfc3339(item.taken).substr(0, 19).c_str(),
              view::grouped(item.size).c_str(), printable(item.path).c_str(),
              item.state == QuarantineItem::State::kBegun ? "  (interrupted: restore it)" : "");
  if (!item.reason.empty()) std::printf("    why: %s\n", printable(item.reason).c_str());
}

Result<void> take(const cli::QuarantineAddOptions& options, respond::AuditLog& log,
                  Quarantine& quarantine, const std::string& given) {
  TRY_ASSIGN(const Target target, find_target(given, options.place.state));
  respond::AuditRecord record = draft("quarantine", options.reason, target);
  auto file = file_of(target);
  Result<void> fits = file ? respond::may_be_taken(*file, options.this_name)
                           : Result<void>(std::unexpected(file.error()));
  if (!fits) {
    record.result = "refused: " + fits.error().message;
    TRY(log.append(record));
    return fits;
  }
  record.target = file->path;
  record.before = "inode " + std::to_string(file->facts.st_ino) + ", mode " +
                  std::to_string(file->facts.st_mode & 07777) + ", uid " +
                  std::to_string(file->facts.st_uid);
  TRY(see_to_users(options, log, target, *file));
  return respond::audited(log, record, [&](respond::AuditRecord& after) -> Result<void> {
    QuarantineItem item;
    item.reason = record.reason;
    item.alert_id = record.alert_id;
    item.rule_id = record.rule_id;
    TRY_ASSIGN(item, quarantine.take(*file, std::move(item)));
    after.after = "quarantined as " + item.id + ", sha256 " + item.sha256;
    after.undo = "picket quarantine restore " + item.id;
    print(item, options.json);
    return {};
  });
}

// Does one thing with one kept file, audited.
template <typename Act>
Result<void> with_item(respond::AuditLog& log, const QuarantineItem& item,
                       const std::string& action, const std::string& reason, Act act) {
  Target target;
  target.given = item.path;
  respond::AuditRecord record = draft(action, reason, target);
  record.before = "quarantined as " + item.id + ", sha256 " + item.sha256;
  return respond::audited(log, record, [&](respond::AuditRecord&) { return act(item); });
}

template <typename Act>
Result<int> for_each_id(const std::vector<std::string>& ids, Quarantine& quarantine, Act act) {
  int code = cli::kExitDone;
  for (const std::string& id : ids) {
    auto item = quarantine.find(id);
    const Result<void> done = item ? act(*item) : Result<void>(std::unexpected(item.error()));
    if (done) continue;
    tell(done.error());
    code = cli::kExitCouldNot;
  }
  return code;
}

}  // namespace

Result<int> run_quarantine_add(const cli::QuarantineAddOptions& options) {
  TRY_ASSIGN(respond::AuditLog log, open_log(options.place));
  TRY_ASSIGN(Quarantine quarantine, Quarantine::open(responses_folder(options.place)));
  int code = cli::kExitDone;
  for (const std::string& given : options.targets)
    if (const auto done = take(options, log, quarantine, given); !done) {
      tell(done.error());
      code = cli::kExitCouldNot;
    }
  return code;
}

Result<int> run_quarantine_list(const cli::QuarantineListOptions& options) {
  TRY_ASSIGN(const Quarantine quarantine, Quarantine::open(responses_folder(options.place)));
  std::vector<std::string> problems;
  for (const QuarantineItem& item : quarantine.list(problems)) print(item, options.json);
  for (const std::string& problem : problems)
    std::fprintf(stderr, "picket: %s\n", printable(problem).c_str());
  return problems.empty() ? cli::kExitDone : cli::kExitCouldNot;
}

Result<int> run_quarantine_restore(const cli::QuarantineRestoreOptions& options) {
  TRY_ASSIGN(respond::AuditLog log, open_log(options.place));
  TRY_ASSIGN(Quarantine quarantine, Quarantine::open(responses_folder(options.place)));
  return for_each_id(options.ids, quarantine, [&](const QuarantineItem& item) {
    return with_item(log, item, "restore", options.reason, [&](const QuarantineItem& one) {
      return quarantine.restore(one, options.to);
    });
  });
}

Result<int> run_quarantine_remove(const cli::QuarantineRemoveRequest& request) {
  TRY_ASSIGN(respond::AuditLog log, open_log(request.place));
  TRY_ASSIGN(Quarantine quarantine, Quarantine::open(responses_folder(request.place)));
  std::vector<std::string> ids = request.ids, problems;
  if (request.older_than_ns > 0) {
    const int64_t before = system_clock().wall().ns - request.older_than_ns;
    for (const QuarantineItem& item : quarantine.list(problems))
      if (item.taken.ns < before) ids.push_back(item.id);
  }
  return for_each_id(ids, quarantine, [&](const QuarantineItem& item) {
    return with_item(log, item, "remove from quarantine", request.reason,
                     [&](const QuarantineItem& one) { return quarantine.remove(one); });
  });
}

}  // namespace picket::app::response
