// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/intel/indicator_set.h"
#include "scan/report.h"
#include "scan/yara_rules.h"

namespace picket::scan {

// What is known of a file before its bytes are read.
struct Subject {
  std::string path;
  uint32_t mode = 0;
  bool on_drive = false;  // a removable or network one, or asked to be judged as such
  std::string drive;      // its mount point or the root that was scanned
};

// What is looked for; made once with the caller's rights, then only read.
struct ScanContent {
  std::unique_ptr<YaraRules> yara;                          // null: none
  const detect::intel::IndicatorSet* indicators = nullptr;  // sealed; null: none
  std::vector<std::string> hashes;  // SHA-256, SHA-1 or MD5 that --like names
};

struct JudgeLimits {
  size_t bytes_max = size_t{64} << 20;  // of a file that rules look at; all of it is hashed
  int yara_seconds = 20;
  uint32_t members_max = 10'000;  // of an archive, with those of archives in it
  uint64_t unpacked_bytes_max = uint64_t{512} << 20;
  unsigned depth_max = 3;        // archives in archives
  unsigned near_score_min = 60;  // ssdeep's 0..100
};

// Looks at files through open descriptors and says what speaks against them: rules, lists, names,
// autorun.inf, persistence points, likeness; archives with their members. It reads what others
// wrote: for the process without rights (app/scanner). One thread.
class FileJudge {
 public:
  explicit FileJudge(const ScanContent& content, JudgeLimits limits = {});
  ~FileJudge();

  FileReport judge(int file, const Subject& subject);
  // A file that copies are looked for of (--like); told by its report.
  FileReport remember(int file, const Subject& subject);

 private:
  void judge_bytes(Bytes bytes, const Subject& subject, const std::string& member, unsigned depth,
                   FileReport& report);
  void judge_members(Bytes bytes, const Subject& subject, const std::string& member, unsigned depth,
                     FileReport& report);
  void judge_hashes(const FileReport& of, const std::string& member, FileReport& report);
  void judge_likeness(const FileReport& of, const std::string& member, FileReport& report) const;
  void judge_autorun(Bytes bytes, const Subject& subject, FileReport& report) const;

  const ScanContent& content_;
  const JudgeLimits limits_;
  std::vector<FileReport> remembered_;  // at most kRememberedMax
  static constexpr size_t kRememberedMax = 64;
  std::vector<uint8_t> buffer_;
  uint64_t unpacked_ = 0;
};

FileKind kind_of(Bytes bytes);

}  // namespace picket::scan
