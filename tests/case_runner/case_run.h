// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace picket::case_runner {

struct CaseResult {
  std::vector<std::string> complaints;  // the case file is wrong: it was not judged
  std::vector<std::string> failures;    // the product did something else than expected
  std::vector<std::string> state;       // with failures: every flow and process there was, as JSON
  bool near_miss = false;               // it expects something not to be there

  bool passed() const { return complaints.empty() && failures.empty(); }
};

// Runs one case through a pipeline of its own: what `observe` says goes in, in order; what `expect`
// says is compared with the JSON that comes out. `file` is only named in messages. Nothing of the
// machine takes part but its password file. Counters are the program's: one case at a time.
CaseResult run_case(const std::string& text, const std::string& file);
CaseResult run_case_file(const std::string& file);

// The folders below `folder` (itself included) that hold a case.yaml, sorted.
Result<std::vector<std::string>> find_cases(const std::string& folder);

}  // namespace picket::case_runner
