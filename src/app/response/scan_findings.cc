// SPDX-License-Identifier: Apache-2.0
#include "app/response/scan_findings.h"

#include <unistd.h>

#include <cstdio>

#include "app/cli/alert_words.h"
#include "app/client/terminal_facts.h"
#include "store/record_of.h"

namespace picket::app::response {

event::Alert alert_of(const scan::Finding& finding, const ScannedFile& file, WallTime now,
                      const std::string& host) {
  event::Alert alert;
  alert.time = alert.last_time = now;
  alert.detector = finding.detector;
  alert.rule_id = finding.rule_id;
  alert.rule_name = finding.rule_name;
  alert.rule_file = finding.rule_file;
  alert.severity = finding.severity;
  alert.confidence = finding.confidence;
  alert.file = file.path + (finding.member.empty() ? "" : "!" + finding.member);
  alert.reason = alert.file + ": " + finding.reason;
  alert.host = host;
  alert.platform = event::Platform::kLinux;
  if (!finding.technique.empty()) alert.attack.push_back({"", finding.technique});
  if (file.process) alert.actor = *file.process;
  alert.add_fact("file.sha256", file.sha256);
  alert.add_fact("file.size", std::to_string(file.size));
  for (const event::AlertEvidence& fact : finding.facts) alert.add_fact(fact.name, fact.value);
  alert.place.source = "scan";
  event::assign_id(alert);
  return alert;
}

std::string ScanFindings::host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

Result<void> ScanFindings::keep_in(const std::string& folder) {
  TRY_ASSIGN(analyze::StoreOutput made, analyze::StoreOutput::create(folder));
  store_.emplace(std::move(made));
  return store_->open();
}

void ScanFindings::add(const scan::Finding& finding, const ScannedFile& file) {
  if (finding.severity < least_) return;
  ++count_;
  const event::Alert alert = alert_of(finding, file, system_clock().wall(), host_);
  std::string line;
  JsonWriter out(line);
  event::append_json(out, alert);
  if (json_) {
    std::puts(line.c_str());
  } else if (const auto words = cli::parse_alert_line(line)) {
    const client::TerminalFacts terminal = client::look_at_terminal();
    std::fputs(cli::alert_text(*words, {terminal.width, terminal.color}).c_str(), stdout);
  }
  std::fflush(stdout);
  if (!store_) return;
  set_.add(alert);
  store_->append(store::record_of(alert));
}

Result<void> ScanFindings::finish() {
  if (!store_ || count_ == 0) return {};
  store_->incidents(set_.incidents());
  TRY(store_->finish());
  return store_->commit();
}

}  // namespace picket::app::response
