// SPDX-License-Identifier: Apache-2.0
// An executable whose name only resembles that of a system program (csrcs for csrss, Cyrillic
// letters, a doubled letter), or that bears such a name but lies somewhere else, or that bears the
// name of a kernel thread. Raised when it starts (or is first heard of) and, higher, when it talks.
// Names that come near by chance are in system_programs.cc.
#include <unordered_map>

#include "base/counter.h"
#include "detect/behavior/places.h"
#include "detect/behavior/system_programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter judged_full{"detect.behavior.look_alike_judged_full",
                    "times the look-alike check forgot which processes it had judged"};

const event::AttackReference kAttack[] = {{"TA0005", "T1036.005"}, {"TA0005", "T1036.003"}};
constexpr std::string_view kFalsePositives[] = {
    "a vendor's program whose name comes near a system program's by chance",
    "a copy of a system program kept by a tool for tests or recovery"};
constexpr BehaviorInfo kInfo{
    .name = "look_alike",
    .title = "Program disguised as one of the system",
    .what =
        "An executable's name resembles that of a system program, or is that of one but lies in "
        "another folder, or is that of a kernel thread.",
    .why = "Such a name has no purpose but to be overlooked in a list of processes.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

class LookAlike final : public Behavior {
 public:
  static constexpr size_t kJudgedMax = 50'000;

  explicit LookAlike(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::Actor& actor = context.actor;
    if (actor.name.empty() || actor.kernel) return;
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr) made = is_called(activity, context);
    if (judged_.size() == kJudgedMax) {
      judged_.clear();
      judged_full.add();
    }
    // Names are judged once for each process; only the disguised are looked at again, when they
    // talk.
    const auto [judged, fresh] =
        judged_.try_emplace(activity.host + "\n" + HostView::identity(actor), false);
    if (!fresh && (!judged->second || made == nullptr)) return;
    std::vector<Sign> signs;
    add_name_signs(signs, actor, activity.platform);
    judged->second = !signs.empty();
    if (signs.empty()) return;
    std::string subject = process_words(actor);
    if (made != nullptr) {
      subject +=
          (made->outbound == true ? " talks to " : " is called by ") + peer_words(*made, context);
      signs.push_back({25, "it talks to another machine"});
    }
    if (weigh(signs).points < kPointsLow) return;
    event::Alert alert = draft(kInfo, activity, actor);
    apply(alert, signs, subject);
    alert.file = actor.path;
    if (made != nullptr) add_talk_facts(alert, *made, context);
    sink.raise(std::move(alert));
  }

 private:
  static void add_name_signs(std::vector<Sign>& signs, const event::Actor& actor,
                             event::Platform platform) {
    if (const auto in_place = in_its_place(actor.path, platform); in_place == false) {
      signs.push_back({50, "it bears the name of a part of the system, which does not lie in " +
                               std::string(folder_of(actor.path))});
    } else if (!in_place) {
      if (auto like = resembled_system_program(actor.name, platform)) {
        signs.push_back(
            {50, "its name is that of " + like->name + " " + std::string(words(like->likeness))});
        const Place place = place_of(actor.path, platform);
        // On Linux a package tells whose it is; where nobody asked, /usr is full of like names.
        const bool packages_unknown = platform == event::Platform::kLinux && !actor.packaged;
        if (place == Place::kSystem && packages_unknown)
          signs.push_back(
              {-35, "it lies among the system's own programs, and no package database was asked"});
        else if (place == Place::kSystem)
          signs.push_back({20, "it lies among the system's own programs"});
        else if (place == Place::kPrograms)
          signs.push_back({-25, "it lies where programs are installed"});
      }
    }
    add_ending_sign(signs, actor.name);
    if (signs.empty()) return;
    if (actor.packaged == true)
      signs.push_back({-60, "the package " + actor.package + " brought it"});
    if (actor.signature_valid == true && !actor.signer.empty())
      signs.push_back({-25, "its file is signed by " + actor.signer});
  }

  // Names made so that people take a program for a document.
  static void add_ending_sign(std::vector<Sign>& signs, std::string_view name) {
    constexpr std::string_view kRightToLeft = "\xe2\x80\xae";  // U+202E turns what follows around
    constexpr std::string_view kDocuments[] = {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt",
                                               ".jpg", ".png", ".txt",  ".rtf", ".mp4",  ".zip"};
    if (name.find(kRightToLeft) != std::string_view::npos)
      signs.push_back({60, "its name is turned around by a control character"});
    const std::string_view bare = stem(name);
    if (bare.size() == name.size()) return;
    for (std::string_view ending : kDocuments)
      if (ends_folded(bare, ending))
        signs.push_back({45, "its name ends like a document's before it ends like a program's"});
    if (bare.find("      ") != std::string_view::npos)
      signs.push_back({45, "blanks in its name push the ending out of sight"});
  }

  std::unordered_map<std::string, bool> judged_;  // by process: disguised
};

}  // namespace

BehaviorEntry look_alike_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<LookAlike>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
