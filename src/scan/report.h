// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "event/alert.h"

// What is said of one file, and how it comes out of the process without rights that looked at it.
// Values; any thread.
namespace picket::scan {

enum class FileKind : uint8_t { kOther, kElf, kPe, kScript, kArchive, kDocument };
std::string_view text(FileKind kind);
inline bool is_program(FileKind kind) {
  return kind == FileKind::kElf || kind == FileKind::kPe || kind == FileKind::kScript;
}

struct Finding {
  event::Detector detector = event::Detector::kBehavior;
  event::Severity severity = event::Severity::kMedium;
  event::Confidence confidence = event::Confidence::kMedium;
  std::string rule_id, rule_name, rule_file;
  std::string reason;     // completes "FILE: ..."
  std::string member;     // of an archive; empty: the file itself
  std::string technique;  // ATT&CK, T1091; empty: none
  std::vector<event::AlertEvidence> facts;
};

// Something that a persistence point starts by itself.
struct Started {
  std::string by;       // systemd, cron, profile...
  std::string command;  // as written
  std::string program;  // its path; empty: none was found in it
};

struct FileReport {
  static constexpr size_t kFindingsMax = 64;
  static constexpr size_t kFactsMax = 8;   // of one finding
  static constexpr size_t kTextMax = 512;  // bytes of one text; a longer one is cut
  static constexpr size_t kStartedMax = 64;
  static constexpr size_t kBytesMax = 60 * 1024;  // as a message; findings past it are left out

  FileKind kind = FileKind::kOther;
  std::string sha256, md5;  // hexadecimal
  std::string fuzzy;        // ssdeep, of programs; empty: too small, or none
  uint32_t members = 0;     // of the archive that were looked at
  std::string note;         // what was not looked at, and why; empty: all was
  std::vector<Finding> findings;
  std::vector<Started> started;
};

// As one message. What comes back is a stranger's: a process that hostile files were read in.
std::string packed(const FileReport& report);
std::optional<FileReport> unpacked(Bytes message);

}  // namespace picket::scan
