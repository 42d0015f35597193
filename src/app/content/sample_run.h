// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/sigma/program.h"

// Regression samples of rules in the layout of SigmaHQ's regression_data: an info.yml names rules
// by id and event logs beside it. A sample passes when one of its rules matches in its log; that is
// how its publishers judge it, too. How often it should (match_count) is told where it differs:
// some of the published counts are of records of one kind only.
namespace picket::app::content {

struct Sample {
  std::string info;              // the info.yml
  std::string name;              // of the test in it
  std::vector<std::string> ids;  // of the rules that must match
  std::string input;             // the event log
  uint64_t match_count = 0;      // 0: none given
};

struct SampleResult {
  Sample sample;
  uint64_t matches = 0;  // of the named rules, in all
  std::string problem;   // why it does not pass; empty: it does
  bool other_count() const { return sample.match_count != 0 && matches != sample.match_count; }
};

// All samples below `folder`, in order of path. An info.yml without tests has none.
constexpr size_t kInfoBytesMax = 1024 * 1024;
Result<std::vector<Sample>> find_samples(const std::string& folder);

// Reads each sample's input and matches it against the program.
Result<std::vector<SampleResult>> run_samples(const std::vector<Sample>& samples,
                                              const detect::sigma::Program& program);

}  // namespace picket::app::content
