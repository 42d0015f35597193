// SPDX-License-Identifier: Apache-2.0
// picket scan: what speaks against files, and what else is like them.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/response/response_commands.h"
#include "app/response/scan_run.h"
#include "app/response/target.h"
#include "base/utf8.h"
#include "detect/intel/indicator_engine.h"
#include "sensor/drives/drive_table.h"
#include "sensor/procfs/proc_files.h"

namespace picket::app::response {
namespace {

constexpr size_t kMountInfoMax = 4u << 20;

bool is_hash(std::string_view text) {
  return (text.size() == 32 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What --like names: hashes, and files that copies are looked for of.
struct Wanted {
  std::vector<std::string> hashes, files;
};

Result<Wanted> find_wanted(const cli::ScanOptions& options) {
  Wanted wanted;
  for (const std::string& given : options.like) {
    if (is_hash(given)) {
      wanted.hashes.push_back(given);
      continue;
    }
    TRY_ASSIGN(const Target target, find_target(given, options.state));
    if (target.alert) {
      for (const std::string& hash : {target.alert->actor.sha256, target.alert->actor.md5})
        if (is_hash(hash)) wanted.hashes.push_back(hash);
      if (::access(target.path.c_str(), R_OK) == 0)
        wanted.files.push_back(target.path);
      else if (wanted.hashes.empty())
        return failure("the alert " + given + " has no hash, and its file is gone",
                       "--like HASH, if it is known from elsewhere.");
    } else if (target.path.empty()) {
      wanted.files.push_back("/proc/" + std::to_string(target.pid) + "/exe");
    } else {
      wanted.files.push_back(target.path);
    }
  }
  return wanted;
}

Result<void> remember(ScannerProcess& scanner, const std::vector<std::string>& files) {
  for (const std::string& path : files) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0) return system_failure("open " + printable(path));
    if (!S_ISREG(facts.st_mode)) return failure(printable(path) + " is no regular file");
    TRY(scanner.remember(std::move(file), {path, facts.st_mode, false, {}}));
  }
  return {};
}

Result<std::vector<std::string>> find_roots(const cli::ScanOptions& options) {
  std::vector<std::string> roots;
  for (const std::string& path : options.paths) {
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real) return system_failure("look at " + printable(path));
    roots.emplace_back(real);
    ::free(real);
  }
  if (!options.removable) return roots;
  const auto mounts = sensor::procfs::read_file("/proc/self/mountinfo", kMountInfoMax);
  const auto drives = sensor::drives::find_drives(mounts.value_or(std::string()),
                                                  sensor::drives::removable_by_sysfs);
  for (const sensor::drives::Drive& drive : drives) roots.push_back(drive.mount_point);
  if (drives.empty()) std::fputs("picket: no drive of that kind is mounted\n", stderr);
  return roots;
}

void go_slowly() {
  constexpr int kProcess = 1, kIdleClass = 3 << 13;  // ioprio_set(2)
  setpriority(PRIO_PROCESS, 0, 19);
  syscall(SYS_ioprio_set, kProcess, 0, kIdleClass);
}

}  // namespace

Result<int> run_scan(const cli::ScanRequest& request) {
  const cli::ScanOptions& options = request.options;
  TRY_ASSIGN(const Wanted wanted, find_wanted(options));
  TRY_ASSIGN(const std::vector<std::string> roots, find_roots(options));
  TRY_ASSIGN(const auto indicators, detect::intel::IndicatorEngine::create(options.indicators));
  scan::ScanContent content;
  TRY_ASSIGN(content.yara, scan::YaraRules::compile(options.yara, options.own_rules));
  content.indicators = &indicators->set();
  content.hashes = wanted.hashes;
  ScanCheckpoint from;
  if (!options.resume.empty()) {
    TRY_ASSIGN(from, read_checkpoint(options.resume));
  }
  if (options.nice) go_slowly();
  TRY_ASSIGN(const auto scanner, ScannerProcess::start(content));
  if (!scanner->shortfall().empty())
    std::fprintf(stderr, "picket: scans without its full sandbox: %s\n",
                 scanner->shortfall().c_str());
  TRY(remember(*scanner, wanted.files));
  ScanFindings findings(options.json, request.least);
  if (!options.store.empty()) TRY(findings.keep_in(options.store));
  stop_scan_on_signals();
  ScanRun run(request, *scanner, findings);
  run.scan_roots(roots, from);
  if (options.processes && !run.stopped()) run.scan_processes();
  if (options.persistence && !run.stopped()) run.scan_persistence();
  run.finish();
  TRY(findings.finish());
  if (run.stopped()) {
    if (!options.resume.empty())
      std::fprintf(stderr, "picket: go on with the same command and --resume %s\n",
                   printable(options.resume).c_str());
    return cli::kExitCouldNot;
  }
  return findings.count() > 0 ? cli::kExitFound : cli::kExitDone;
}

}  // namespace picket::app::response
