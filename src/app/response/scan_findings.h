// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "app/analyze/store_output.h"
#include "event/alert.h"
#include "incident/incident_set.h"
#include "incident/lineage.h"
#include "scan/report.h"

namespace picket::app::response {

// What a finding is about: a file, or the program of a process.
struct ScannedFile {
  std::string path, sha256;
  uint64_t size = 0;
  std::optional<event::Actor> process;
};

event::Alert alert_of(const scan::Finding& finding, const ScannedFile& file, WallTime now,
                      const std::string& host);

// Where findings go as they come: lines for people or JSON, and a history's file at the end. One
// thread.
class ScanFindings {
 public:
  ScanFindings(bool json, event::Severity least) : json_(json), least_(least), set_(nobody_) {}

  // Keeps them in that history too.
  Result<void> keep_in(const std::string& folder);
  void add(const scan::Finding& finding, const ScannedFile& file);
  // Names the history's file; nothing where nothing was found.
  Result<void> finish();

  uint64_t count() const { return count_; }

 private:
  const bool json_;
  const event::Severity least_;
  const std::string host_ = host_name();
  static std::string host_name();
  incident::Lineage nobody_;
  incident::IncidentSet set_;
  std::optional<analyze::StoreOutput> store_;
  uint64_t count_ = 0;
};

}  // namespace picket::app::response
