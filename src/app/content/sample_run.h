// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/sigma/program.h"

// Regression samples of rules in the layout of SigmaHQ's regression_data: an info.yml names rules by
// id and event logs beside it, with how often the rules must match in each (match_count; without:
// at least once).
namespace picket::app::content {

struct Sample {
  std::string info;              // the info.yml
  std::string name;              // of the test in it
  std::vector<std::string> ids;  // of the rules that must match
  std::string input;             // the event log
  uint64_t match_count = 0;      // 0: at least one
};

struct SampleResult {
  Sample sample;
  uint64_t matches = 0;  // of the named rules, in all
  std::string problem;   // why it does not pass; empty: it does
};

// All samples below `folder`, in order of path. An info.yml without tests has none.
constexpr size_t kInfoBytesMax = 1024 * 1024;
Result<std::vector<Sample>> find_samples(const std::string& folder);

// Reads each sample's input and matches it against the program.
Result<std::vector<SampleResult>> run_samples(const std::vector<Sample>& samples,
                                              const detect::sigma::Program& program);

}  // namespace picket::app::content
