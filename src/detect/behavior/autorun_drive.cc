// SPDX-License-Identifier: Apache-2.0
// autorun.inf on a removable or network drive that starts a program: where it points, and whether
// that is hidden (in the recycle bin, in a folder of dots, with the hidden attribute), disguised (a
// document's name, a caption like that of a folder) or wrapped in junk. Also a hidden executable on
// such a drive by itself. A CD's ordinary autorun names a plainly visible setup program.
#include <algorithm>

#include "detect/behavior/autorun_file.h"
#include "detect/behavior/behavior.h"
#include "detect/behavior/severity.h"
#include "detect/behavior/system_programs.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0008", "T1091"}, {"TA0005", "T1564.001"}};
constexpr std::string_view kFalsePositives[] = {
    "old software on sticks that copies a CD's autorun.inf",
    "drives immunized by a folder or file called autorun.inf"};
constexpr Setting kSettings[] = {
    {"points_min", kPointsLow, 1, 200, "points", "alerts below this weight are not raised"},
    {"junk_lines", 20, 1, 100000, "lines",
     "as many lines that mean nothing are there to confuse scanners"},
};
constexpr BehaviorInfo kInfo{
    .name = "autorun_drive",
    .title = "Drive that starts a program by itself",
    .what =
        "A removable or network drive has an autorun.inf that starts a program, or a hidden "
        "executable.",
    .why = "Worms travel on sticks that way: the drive looks empty and starts them when opened.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

constexpr std::string_view kHidingFolders[] = {"recycler", "recycled", "$recycle.bin",
                                               "system volume information"};
constexpr std::string_view kRuns[] = {".exe", ".scr", ".pif", ".com", ".bat", ".cmd",
                                      ".vbs", ".vbe", ".js",  ".jse", ".lnk", ".dll",
                                      ".cpl", ".hta", ".ps1", ".vmx"};
constexpr std::string_view kDocuments[] = {".doc", ".docx", ".pdf", ".jpg", ".png", ".xls", ".xlsx",
                                           ".txt", ".mp3",  ".mp4", ".avi", ".zip", ".ppt"};

bool ends_with_one(std::string_view text, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return ends_folded(text, ending); });
}

// In a folder that Explorer does not show, or one named to be overlooked (dots, blanks).
bool hidden_by_place(std::string_view path) {
  while (!path.empty()) {
    const size_t cut = path.find_first_of("/\\");
    const std::string_view part = path.substr(0, cut);
    if (std::ranges::any_of(kHidingFolders,
                            [&](std::string_view f) { return equal_folded(f, part); }))
      return true;
    if (cut == std::string_view::npos) return false;
    if (!part.empty() && part != "." && part != ".." &&
        part.find_first_not_of(" .\t\xa0") == std::string_view::npos)
      return true;
    if (part.size() > 1 && part.front() == '.' && part != "..") return true;
    path.remove_prefix(cut + 1);
  }
  return false;
}

void add_target_signs(std::vector<Sign>& signs, const std::string& target) {
  if (hidden_by_place(target))
    signs.push_back({35, target + " lies in a folder that is not shown"});
  const std::string_view name = base_name(target);
  if (ends_with_one(name, kRuns) && ends_with_one(stem(name), kDocuments))
    signs.push_back({25, std::string(name) + " bears the name of a document"});
  if (resembled_system_program(name, event::Platform::kWindows) ||
      in_its_place("\\" + std::string(name), event::Platform::kWindows) == false)
    signs.push_back({25, std::string(name) + " bears or resembles the name of a part of Windows"});
  if (!ends_with_one(name, kRuns) && name.find('.') != std::string_view::npos)
    signs.push_back({15, std::string(name) + " does not look like a program"});
}

// The menu entry says "Open folder to view files" and starts something else.
bool caption_misleads(const AutorunFile& file) {
  return contains_folded(file.action, "open folder") || contains_folded(file.icon, "shell32.dll");
}

class AutorunDrive final : public Behavior {
 public:
  explicit AutorunDrive(const Thresholds& thresholds)
      : points_min_(static_cast<int>(thresholds["points_min"])),
        junk_lines_(static_cast<size_t>(thresholds["junk_lines"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (const auto* written = std::get_if<event::FileWritten>(&activity.what))
      return judge_writing(*written, activity, context, sink);
    const auto* seen = std::get_if<event::RemovableFileSeen>(&activity.what);
    if (seen == nullptr) return;
    const bool autorun = equal_folded(base_name(seen->path), "autorun.inf");
    std::vector<Sign> signs;
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.file = seen->path;
    if (autorun)
      judge_autorun(*seen, context, signs, alert);
    else if (seen->hidden == true && ends_with_one(seen->path, kRuns))
      signs.push_back({40, "a program on it is hidden"});
    if (weigh(signs).points < points_min_) return;
    apply(alert, signs, "drive " + seen->drive + ", " + seen->path);
    sink.raise(std::move(alert));
  }

 private:
  // Somebody else than a person with Explorer puts an autorun.inf on a drive that is not Windows'
  // own.
  void judge_writing(const event::FileWritten& written, const event::Activity& activity,
                     const HostContext& context, AlertSink& sink) const {
    const std::string path = folded(written.path);
    if (path.size() != 14 || !path.ends_with(":\\autorun.inf") || path.front() == 'c') return;
    if (equal_folded(context.actor.name, "explorer.exe")) return;
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.file = written.path;
    const Sign sign{45, context.actor.path + " wrote it into the root of the drive"};
    apply(alert, {&sign, 1}, "drive " + written.path.substr(0, 2) + ", " + written.path);
    sink.raise(std::move(alert));
  }

  void judge_autorun(const event::RemovableFileSeen& seen, const HostContext& context,
                     std::vector<Sign>& signs, event::Alert& alert) const {
    const AutorunFile file = parse_autorun(seen.content);
    if (file.commands.empty()) return;
    const AutorunFile::Command& first = file.commands.front();
    signs.push_back({15, "autorun.inf starts " + first.line});
    for (const AutorunFile::Command& command : file.commands) {
      alert.add_fact(command.key, command.line);
      const size_t before = signs.size();
      if (before < 3) add_target_signs(signs, command.target);
      const FileKnown* target = context.host.file(seen.drive + "\\" + command.target);
      if (target != nullptr && signs.size() == before)
        signs.push_back({15, command.target + " was just written there"});
    }
    if (seen.hidden == true) signs.push_back({20, "autorun.inf itself is hidden"});
    if (caption_misleads(file)) signs.push_back({20, "it shows itself as an ordinary folder"});
    if (file.junk_lines >= junk_lines_)
      signs.push_back(
          {25, std::to_string(file.junk_lines) + " lines mean nothing and are there to confuse"});
  }

  int points_min_;
  size_t junk_lines_;
};

}  // namespace

BehaviorEntry autorun_drive_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<AutorunDrive>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
