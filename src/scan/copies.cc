// SPDX-License-Identifier: Apache-2.0
#include "scan/copies.h"

#include <algorithm>
#include <set>

#include "base/counter.h"
#include "base/utf8.h"
#include "detect/behavior/words.h"

namespace picket::scan {
namespace {

using detect::behavior::base_name;

Counter copies_max{"scan.copies_max", "programs not compared with others: too many"};
constexpr size_t kNamesMin = 3;
constexpr size_t kFactsShown = FileReport::kFactsMax;

}  // namespace

bool named_like_its_folder(std::string_view path) {
  const std::string_view folder = base_name(detect::behavior::folder_of(path));
  const std::string_view name = base_name(path);
  const size_t dot = name.rfind('.');
  return !folder.empty() && dot != std::string_view::npos &&
         detect::behavior::equal_folded(folder, name.substr(0, dot));
}

void CopyTable::add(const FileReport& report, uint64_t size, Copy copy) {
  if (!is_program(report.kind) || report.sha256.empty() || size < kBytesMin) return;
  if (programs_.size() == kProgramsMax && !programs_.contains(report.sha256))
    return copies_max.add();
  Group& group = programs_[report.sha256];
  group.sha256 = report.sha256;
  ++group.count;
  if (group.places.size() < kPlacesMax) group.places.push_back(std::move(copy));
}

std::vector<CopyTable::Group> CopyTable::spread() const {
  std::vector<Group> out;
  for (const auto& [sha256, group] : programs_) {
    if (group.count < 2) continue;
    std::set<std::string> names, roots;
    size_t like_folders = 0;
    for (const Copy& copy : group.places) {
      names.insert(detect::behavior::folded(base_name(copy.path)));
      roots.insert(copy.root);
      like_folders += copy.named_like_folder;
    }
    if (names.size() < kNamesMin && roots.size() < 2 && like_folders == 0) continue;
    Group told = group;
    Finding& finding = told.finding;
    finding.rule_id = "scan.copies";
    finding.rule_name = "One program in many places";
    finding.technique = "T1091";
    finding.severity = like_folders > 0 ? event::Severity::kHigh : event::Severity::kMedium;
    finding.confidence = like_folders > 1 ? event::Confidence::kHigh : event::Confidence::kMedium;
    finding.reason = "the same program is in " + std::to_string(group.count) + " places";
    if (names.size() > 1) finding.reason += " under " + std::to_string(names.size()) + " names";
    if (roots.size() > 1)
      finding.reason += " on " + std::to_string(roots.size()) + " of the trees that were scanned";
    if (like_folders > 0)
      finding.reason += ", " + std::to_string(like_folders) + " of them named like a folder there";
    for (const Copy& copy : told.places)
      if (finding.facts.size() < kFactsShown) finding.facts.push_back({"copy", copy.path});
    out.push_back(std::move(told));
  }
  std::ranges::sort(out, {}, &Group::sha256);
  return out;
}

}  // namespace picket::scan
