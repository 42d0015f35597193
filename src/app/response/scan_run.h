// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>
#include <string>
#include <vector>

#include "app/cli/scan_options.h"
#include "app/response/scan_checkpoint.h"
#include "app/response/scan_findings.h"
#include "app/response/scanner_process.h"
#include "process/dpkg_database.h"
#include "scan/copies.h"
#include "scan/walker.h"

namespace picket::app::response {

// One scan: opens files with the caller's rights, has them looked at by a process without, adds
// what only more than one file or the package database tells. One thread.
class ScanRun {
 public:
  ScanRun(const cli::ScanRequest& request, ScannerProcess& scanner, ScanFindings& findings)
      : options_(request.options), scanner_(scanner), findings_(findings) {}

  void scan_roots(const std::vector<std::string>& roots, ScanCheckpoint from);
  void scan_processes();
  void scan_persistence();
  // What more than one file tells; how it went, on standard error.
  void finish();

  bool stopped() const { return stopped_; }
  uint64_t files() const { return files_; }

 private:
  bool look_at(scan::FoundFile&& found);
  void judge(scan::FoundFile& found, ScannedFile& about);
  void tell_started(const scan::FileReport& report, const std::string& path);
  void check_package(const scan::FileReport& report, const struct stat& facts,
                     const ScannedFile& about);
  void progress(const std::string& path);
  void rest(MonoTime since);
  void trouble(const std::string& path, const std::string& why);

  const cli::ScanOptions& options_;
  ScannerProcess& scanner_;
  ScanFindings& findings_;
  process::DpkgDatabase packages_;
  scan::CopyTable copies_;
  ScanCheckpoint checkpoint_;
  std::set<std::string> to_start_, looked_at_;  // programs that persistence points start
  uint64_t files_ = 0, bytes_ = 0, troubles_ = 0;
  MonoTime shown_{};
  bool stopped_ = false, gather_started_ = false;
};

// From now on SIGINT, SIGTERM and SIGHUP end a scan in order.
void stop_scan_on_signals();

}  // namespace picket::app::response
