// SPDX-License-Identifier: Apache-2.0
#include "scan/name_signs.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "detect/behavior/words.h"

namespace picket::scan {
namespace {

using detect::behavior::base_name;
using detect::behavior::ends_folded;

constexpr std::array<std::string_view, 22> kDocuments = {
    ".doc", ".docx", ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".xls", ".xlsx", ".ppt", ".pptx",
    ".txt", ".rtf",  ".csv", ".mp3", ".mp4",  ".avi", ".mkv", ".zip", ".rar",  ".htm", ".html"};
// What Windows starts when it is opened, and what a Linux desktop does.
constexpr std::array<std::string_view, 16> kStarted = {
    ".exe", ".scr", ".pif", ".com", ".bat", ".cmd", ".vbs", ".vbe",
    ".js",  ".jse", ".wsf", ".hta", ".lnk", ".cpl", ".ps1", ".desktop"};
// Right-to-left and left-to-right overrides, embeddings and isolates (Unicode Standard Annex 9).
constexpr std::array<std::string_view, 9> kTurns = {
    "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};
constexpr size_t kPushingBlanks = 8;

template <size_t N>
std::string_view ending_among(std::string_view name, const std::array<std::string_view, N>& all) {
  const auto at =
      std::ranges::find_if(all, [&](std::string_view ending) { return ends_folded(name, ending); });
  return at == all.end() ? std::string_view() : *at;
}

Finding finding(std::string_view id, std::string_view title, std::string reason) {
  Finding out;
  out.rule_id = "scan." + std::string(id);
  out.rule_name = title;
  out.reason = std::move(reason);
  out.severity = event::Severity::kHigh;
  out.confidence = event::Confidence::kHigh;
  out.technique = "T1036.007";
  return out;
}

std::string_view without_blanks(std::string_view name) {
  const size_t end = name.find_last_not_of(" \t\xc2\xa0") /* U+00A0 too */;
  return name.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

}  // namespace

std::vector<Finding> name_signs(std::string_view path, FileKind kind, uint32_t mode) {
  std::vector<Finding> out;
  const std::string_view name = base_name(path);
  const std::string shown = printable(name);
  const std::string_view started = ending_among(name, kStarted);
  const bool runs = is_program(kind) || !started.empty();
  const bool turned = std::ranges::any_of(
      kTurns, [&](std::string_view turn) { return name.find(turn) != std::string_view::npos; });
  if (turned && runs) {
    out.push_back(finding("turned_name", "Name that is written to be read backwards",
                          "its name turns the direction of writing to show another ending"));
    out.back().technique = "T1036.002";
  }
  if (!started.empty()) {
    const std::string_view before = without_blanks(name.substr(0, name.size() - started.size()));
    const std::string_view document = ending_among(before, kDocuments);
    if (!document.empty())
      out.push_back(finding("double_extension", "Program with a document's name",
                            "\"" + shown + "\" reads as a " + std::string(document) +
                                " document and is started when it is opened"));
    if (name.size() - started.size() - before.size() >= kPushingBlanks)
      out.push_back(finding("pushed_extension", "Ending pushed out of sight",
                            "blanks push the ending " + std::string(started) + " out of sight"));
  }
  // A program without a program's ending: Windows does not start those by their name, but other
  // programs and autorun.inf do; on Linux the mode decides.
  const std::string_view document = ending_among(name, kDocuments);
  const bool binary = kind == FileKind::kElf || kind == FileKind::kPe;
  if (binary && !document.empty() && (kind == FileKind::kPe || (mode & 0111) != 0)) {
    out.push_back(
        finding("program_as_document", "Program under a document's name",
                "it is a " + std::string(text(kind)) + " that calls itself \"" + shown + "\""));
    out.back().technique = "T1036.008";
  }
  return out;
}

}  // namespace picket::scan
