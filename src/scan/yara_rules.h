// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"
#include "scan/report.h"

namespace picket::scan {

// YARA rules (libyara 4.2), compiled once: picket's own (content/yara) and the user's files.
// Compile before rights are given up; matches() afterwards, from one thread at a time.
//
// Of a rule's meta these are understood: description (rule_name), severity, attack, confidence;
// rules without them are medium. Modules that look elsewhere than at the bytes (cuckoo, magic) fail
// to compile where this libyara has none. include is not followed.
class YaraRules {
 public:
  static constexpr size_t kRuleBytesMax = size_t{64} << 20;        // of all files
  static constexpr size_t kMatchesMax = FileReport::kFindingsMax;  // of one file

  // `files`: of rules, or folders of *.yar and *.yara. An Error names file and line.
  static Result<std::unique_ptr<YaraRules>> compile(const std::vector<std::string>& files,
                                                    bool own_rules = true);
  ~YaraRules();
  YaraRules(const YaraRules&) = delete;
  YaraRules& operator=(const YaraRules&) = delete;

  size_t size() const { return count_; }
  // What matches the bytes of the file named (for external variables filename and extension); the
  // note says why not all was looked at (out of time), empty: all was.
  std::vector<Finding> matches(Bytes bytes, std::string_view path, int timeout_s,
                               std::string& note) const;

 private:
  struct Library;
  struct Compiled;
  YaraRules();
  std::unique_ptr<Library> library_;
  std::unique_ptr<Compiled> compiled_;
  size_t count_ = 0;
};

// The text of picket's own rules.
std::string_view own_yara_rules();

}  // namespace picket::scan
