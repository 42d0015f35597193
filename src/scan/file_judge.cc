// SPDX-License-Identifier: Apache-2.0
#include "scan/file_judge.h"

#include <archive.h>
#include <archive_entry.h>
#include <fuzzy.h>
#include <unistd.h>

#include <algorithm>

#include "base/counter.h"
#include "base/utf8.h"
#include "detect/behavior/behavior_set.h"
#include "detect/behavior/words.h"
#include "process/digest.h"
#include "scan/name_signs.h"
#include "scan/persistence.h"

namespace picket::scan {
namespace {

using detect::intel::IndicatorKind;

constexpr size_t kReadBytes = 1u << 20;
constexpr size_t kFuzzyBytesMin = 4096;  // ssdeep says little of less
constexpr size_t kFuzzyBytesMax = size_t{32} << 20;

Counter members_max{"scan.archive_members_max", "archives of which not all members were looked at"};

class Hashes {
 public:
  void update(Bytes bytes) {
    sha256_.update(bytes);
    md5_.update(bytes);
  }
  void finish(FileReport& report) {
    report.sha256 = sha256_.finish_hex();
    report.md5 = md5_.finish_hex();
  }

 private:
  process::Digest sha256_{process::DigestKind::kSha256}, md5_{process::DigestKind::kMd5};
};

std::string fuzzy_of(Bytes bytes) {
  if (bytes.size() < kFuzzyBytesMin || bytes.size() > kFuzzyBytesMax) return {};
  char out[FUZZY_MAX_RESULT];
  if (fuzzy_hash_buf(bytes.data(), static_cast<uint32_t>(bytes.size()), out) != 0) return {};
  return out;
}

bool starts(Bytes bytes, std::string_view magic, size_t at = 0) {
  return bytes.size() >= at + magic.size() && as_text(bytes.subspan(at)).starts_with(magic);
}

struct ArchiveCloser {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using Archive = std::unique_ptr<archive, ArchiveCloser>;

// Formats and filters by name: those that libarchive would start other programs for are not there.
Archive open_archive(Bytes bytes) {
  Archive opened(archive_read_new());
  if (!opened) return nullptr;
  archive* one = opened.get();
  for (const auto support : {archive_read_support_filter_none, archive_read_support_filter_gzip,
                             archive_read_support_filter_bzip2, archive_read_support_filter_xz,
                             archive_read_support_filter_lzma, archive_read_support_filter_zstd,
                             archive_read_support_filter_lz4, archive_read_support_format_zip,
                             archive_read_support_format_tar, archive_read_support_format_7zip,
                             archive_read_support_format_rar, archive_read_support_format_rar5,
                             archive_read_support_format_cab, archive_read_support_format_iso9660,
                             archive_read_support_format_cpio, archive_read_support_format_ar})
    support(one);
  if (archive_read_open_memory(one, bytes.data(), bytes.size()) != ARCHIVE_OK) return nullptr;
  return opened;
}

Finding of_list(const detect::intel::IndicatorSet::Hit& hit, std::string_view digest) {
  Finding out;
  out.detector = event::Detector::kIndicator;
  out.severity = event::Severity::kHigh;
  out.confidence = event::Confidence::kHigh;
  out.rule_id = out.rule_file = std::string(hit.source);
  out.rule_name = "Indicator";
  out.reason = "its hash is on the list " + std::string(hit.source) +
               (hit.about.empty() ? "" : ": " + std::string(hit.about));
  out.facts = {{"hash", std::string(digest)}};
  return out;
}

Finding like(std::string reason, event::Confidence confidence) {
  Finding out;
  out.severity = event::Severity::kHigh;
  out.confidence = confidence;
  out.rule_id = "scan.like";
  out.rule_name = "Copy of what was looked for";
  out.reason = std::move(reason);
  return out;
}

}  // namespace

FileKind kind_of(Bytes bytes) {
  if (starts(bytes,
             "\x7f"
             "ELF"))
    return FileKind::kElf;
  if (starts(bytes, "MZ")) return FileKind::kPe;
  if (starts(bytes, "#!")) return FileKind::kScript;
  for (const std::string_view magic :
       {std::string_view("PK\x03\x04"), std::string_view("\x1f\x8b"), std::string_view("BZh"),
        std::string_view("\xfd"
                         "7zXZ"),
        std::string_view("7z\xbc\xaf"), std::string_view("Rar!"), std::string_view("MSCF"),
        std::string_view("\x28\xb5\x2f\xfd"), std::string_view("!<arch>"),
        std::string_view("\x04\x22\x4d\x18")})
    if (starts(bytes, magic)) return FileKind::kArchive;
  if (starts(bytes, "ustar", 257) || starts(bytes, "CD001", 32769)) return FileKind::kArchive;
  if (starts(bytes, "%PDF") || starts(bytes, "\xd0\xcf\x11\xe0")) return FileKind::kDocument;
  return FileKind::kOther;
}

FileJudge::FileJudge(const ScanContent& content, JudgeLimits limits)
    : content_(content), limits_(limits) {}
FileJudge::~FileJudge() = default;

FileReport FileJudge::judge(int file, const Subject& subject) {
  FileReport report;
  Hashes hashes;
  buffer_.clear();
  unpacked_ = 0;
  std::vector<uint8_t> piece(kReadBytes);
  uint64_t offset = 0;
  while (true) {
    const ssize_t count = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) report.note = "could not be read to its end";
    if (count <= 0) break;
    const Bytes bytes(piece.data(), static_cast<size_t>(count));
    hashes.update(bytes);
    const size_t room = limits_.bytes_max - std::min(limits_.bytes_max, buffer_.size());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + std::min(room, bytes.size()));
    offset += bytes.size();
  }
  if (offset > buffer_.size())
    report.note = "rules looked at its first " + std::to_string(limits_.bytes_max >> 20) + " MiB";
  hashes.finish(report);
  report.kind = kind_of(buffer_);
  if (is_program(report.kind)) report.fuzzy = fuzzy_of(buffer_);
  const FileReport facts = report;
  judge_hashes(facts, {}, report);
  judge_likeness(facts, {}, report);
  const std::string_view name = detect::behavior::base_name(subject.path);
  if (detect::behavior::equal_folded(name, "autorun.inf")) judge_autorun(buffer_, subject, report);
  if (const PersistenceKind kind = persistence_kind(subject.path); kind != PersistenceKind::kNone) {
    report.started = started_by(kind, as_text(buffer_));
    for (Finding& odd : odd_starts(report.started)) report.findings.push_back(std::move(odd));
  }
  judge_bytes(buffer_, subject, {}, 0, report);
  return report;
}

FileReport FileJudge::remember(int file, const Subject& subject) {
  FileReport report = judge(file, subject);
  if (remembered_.size() < kRememberedMax) remembered_.push_back(report);
  return report;
}

void FileJudge::judge_hashes(const FileReport& of, const std::string& member, FileReport& report) {
  if (content_.indicators) {
    const std::pair<IndicatorKind, const std::string*> asked[] = {
        {IndicatorKind::kSha256, &of.sha256}, {IndicatorKind::kMd5, &of.md5}};
    for (const auto& [kind, digest] : asked)
      if (const auto hit = content_.indicators->find(kind, *digest)) {
        report.findings.push_back(of_list(*hit, *digest));
        report.findings.back().member = member;
        break;
      }
  }
  for (const std::string& wanted : content_.hashes)
    if (wanted == of.sha256 || wanted == of.md5) {
      report.findings.push_back(like("it has the hash " + wanted, event::Confidence::kHigh));
      report.findings.back().member = member;
    }
}

void FileJudge::judge_likeness(const FileReport& of, const std::string& member,
                               FileReport& report) const {
  for (const FileReport& one : remembered_) {
    if (one.sha256 == of.sha256) {
      report.findings.push_back(like("it is a copy, byte by byte", event::Confidence::kHigh));
    } else if (!one.fuzzy.empty() && !of.fuzzy.empty()) {
      const int score = fuzzy_compare(one.fuzzy.c_str(), of.fuzzy.c_str());
      if (score < static_cast<int>(limits_.near_score_min)) continue;
      report.findings.push_back(
          like("it is nearly a copy: " + std::to_string(score) + " of 100 by ssdeep",
               score >= 90 ? event::Confidence::kHigh : event::Confidence::kMedium));
    } else {
      continue;
    }
    report.findings.back().facts = {{"of", one.sha256}};
    report.findings.back().member = member;
  }
}

// The behaviour that judges drives on a live machine judges here too.
void FileJudge::judge_autorun(Bytes bytes, const Subject& subject, FileReport& report) const {
  auto behaviors = detect::behavior::BehaviorSet::create();
  if (!behaviors) return;
  event::Activity activity;
  activity.platform = event::Platform::kWindows;
  event::RemovableFileSeen seen;
  seen.drive = subject.drive;
  seen.path = subject.path;
  seen.content = as_text(bytes.first(std::min<size_t>(bytes.size(), 64 * 1024)));
  activity.what = std::move(seen);
  (*behaviors)->observe(activity);
  for (const event::Alert& alert : (*behaviors)->finish()) {
    if (alert.rule_id != "autorun_drive") continue;
    Finding out;
    out.severity = alert.severity;
    out.confidence = alert.confidence;
    out.rule_id = alert.rule_id;
    out.rule_name = alert.rule_name;
    out.reason = alert.reason;
    out.technique = "T1091";
    for (const event::AlertEvidence& fact : alert.evidence) out.facts.push_back(fact);
    report.findings.push_back(std::move(out));
  }
}

void FileJudge::judge_bytes(Bytes bytes, const Subject& subject, const std::string& member,
                            unsigned depth, FileReport& report) {
  const std::string path = member.empty() ? subject.path : subject.path + "!" + member;
  const FileKind kind = kind_of(bytes);
  const size_t inner = member.rfind('!');  // npos + 1 is 0
  for (Finding& sign : member.empty() ? name_signs(subject.path, kind, subject.mode)
                                      : name_signs(member.substr(inner + 1), kind, 0)) {
    sign.member = member;
    report.findings.push_back(std::move(sign));
  }
  if (content_.yara)
    for (Finding& match : content_.yara->matches(bytes, path, limits_.yara_seconds, report.note)) {
      match.member = member;
      report.findings.push_back(std::move(match));
    }
  if (kind == FileKind::kArchive) judge_members(bytes, subject, member, depth, report);
}

void FileJudge::judge_members(Bytes bytes, const Subject& subject, const std::string& member,
                              unsigned depth, FileReport& report) {
  const auto leave = [&](std::string why) {
    members_max.add();
    report.note = "not all of the archive was looked at: " + why;
  };
  if (depth == limits_.depth_max) return leave("archives in archives too deep");
  const Archive opened = open_archive(bytes);
  archive_entry* entry = nullptr;
  while (opened) {
    const int next = archive_read_next_header(opened.get(), &entry);
    if (next == ARCHIVE_EOF) return;
    if (next < ARCHIVE_WARN) return leave("it is damaged, or protected by a password");
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    if (report.members++ >= limits_.members_max) return leave("too many members");
    std::vector<uint8_t> content;
    const void* block = nullptr;
    size_t size = 0;
    int64_t at = 0;
    int read = ARCHIVE_OK;
    while ((read = archive_read_data_block(opened.get(), &block, &size, &at)) == ARCHIVE_OK) {
      unpacked_ += size;
      if (unpacked_ > limits_.unpacked_bytes_max || content.size() + size > limits_.bytes_max)
        return leave("too large unpacked");
      const auto* first = static_cast<const uint8_t*>(block);
      content.insert(content.end(), first, first + size);
    }
    if (read != ARCHIVE_EOF) report.note = "a member of the archive could not be unpacked";
    const char* name = archive_entry_pathname(entry);
    const std::string inner = (member.empty() ? "" : member + "!") + (name ? name : "?");
    FileReport facts;
    Hashes hashes;
    hashes.update(content);
    hashes.finish(facts);
    if (is_program(kind_of(content))) facts.fuzzy = fuzzy_of(content);
    judge_hashes(facts, inner, report);
    judge_likeness(facts, inner, report);
    judge_bytes(content, subject, inner, depth + 1, report);
  }
}

}  // namespace picket::scan
