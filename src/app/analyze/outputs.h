// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/analyze/output_file.h"
#include "app/analyze/report.h"
#include "app/analyze/store_output.h"
#include "app/cli/analyze_options.h"

namespace picket::app::analyze {

// Everything an analysis writes. Opened first, with the caller's rights; written by the child that
// has none; named by the parent once all is there.
class Outputs {
 public:
  static Result<Outputs> create(const cli::AnalyzeRequest& request);

  bool wants_eve() const { return eve_ != nullptr; }
  StoreOutput* store() { return store_ ? &*store_ : nullptr; }  // null: not asked for
  // Lines of captures, as they come.
  void eve(std::string_view lines) { eve_->write(lines); }
  // All that is told at the end, flushed. Returns whether something of the severity asked for was
  // found.
  Result<bool> write(const Account& account);

  Result<void> commit();
  void leave_to_other();

 private:
  explicit Outputs(const cli::AnalyzeRequest& request) : request_(&request) {}
  Result<void> open(const std::string& path, std::unique_ptr<OutputFile>& into);
  std::vector<OutputFile*> all();
  void write_alerts(const Account& account);
  Result<void> write_store(const Account& account,
                           const std::vector<incident::Incident>& incidents);
  void write_incidents(const std::vector<incident::Incident>& incidents);
  void write_reports(const ReportContent& content);
  void write_standard_output(const ReportContent& content);
  bool standard_output_taken() const;

  const cli::AnalyzeRequest* request_;
  std::unique_ptr<OutputFile> standard_output_, events_, incidents_, eve_;
  std::vector<std::unique_ptr<OutputFile>> reports_;  // as in the request
  std::optional<StoreOutput> store_;
};

// Whether something named or found could not be read to its end: exit code 3.
bool is_broken(const sensor::replay::ReadOutcome& outcome);

}  // namespace picket::app::analyze
