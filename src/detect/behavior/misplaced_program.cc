// SPDX-License-Identifier: Apache-2.0
// A program that lies where no installer puts one (Downloads, Temp, the recycle bin, /dev/shm), or
// whose file cannot be what was installed (deleted, memfd, changed since packaging, written minutes
// ago), and that talks to other machines. Implants must be somewhere, and few have the right to
// write to a folder for programs. What speaks for it: a valid signature, a vendor's name as the
// peer. Known to be wrong about installers and portable tools that a person has just fetched.
#include <algorithm>

#include "detect/behavior/places.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0011", "T1071"}, {"TA0002", "T1204.002"}};
constexpr std::string_view kFalsePositives[] = {
    "an installer or a portable tool that a person fetched and started",
    "programs under development"};
constexpr Setting kSettings[] = {
    {"points_min", kPointsLow, 1, 200, "points", "alerts below this weight are not raised"},
    {"recent_hours", 24, 0, 8760, "h",
     "a file written within this time counts as recently dropped"},
};
constexpr BehaviorInfo kInfo{
    .name = "misplaced_program",
    .title = "Program from an unusual place talks",
    .what =
        "An executable outside the folders for programs, or whose file is recently dropped, "
        "deleted, in memory only or changed, talks to another machine.",
    .why = "Implants rarely have the rights, or the patience, to be installed.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

// Developers run what they build at home; nobody runs what lies in /dev/shm.
int points_of(Place place, event::Platform platform) {
  const bool linux_host = platform == event::Platform::kLinux;
  switch (place) {
    case Place::kTemporary: return 45;
    case Place::kHidden: return linux_host ? 20 : 45;
    case Place::kUserFolder: return linux_host ? 10 : 40;
    case Place::kSharedData: return 40;
    case Place::kRemote: return 30;
    case Place::kOtherDrive: return 15;
    case Place::kVendorData: return 15;
    case Place::kUnknownVendorData: return 25;
    default: return 0;
  }
}

class MisplacedProgram final : public Behavior {
 public:
  explicit MisplacedProgram(const Thresholds& thresholds)
      : points_min_(static_cast<int>(thresholds["points_min"])),
        recent_ns_(static_cast<int64_t>(thresholds["recent_hours"] * 3600e9)) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    const bool called = made == nullptr;
    if (called) made = is_called(activity, context);
    if (made == nullptr || context.actor.kernel) return;
    std::vector<Sign> signs;
    add_file_signs(signs, activity, context);
    int against = 0;
    for (const Sign& sign : signs) against += std::max(sign.points, 0);
    if (against == 0) return;
    if (!called) {
      const std::string_view service = admin_service(made->remote.port);
      if (!service.empty()) signs.push_back({20, "it speaks " + std::string(service)});
      add_peer_signs(signs, *made, context);
    }
    auto alert = talk_alert(kInfo, activity, context, *made, signs, points_min_);
    if (!alert) return;
    alert->file = context.actor.path;
    sink.raise(std::move(*alert));
  }

 private:
  void add_file_signs(std::vector<Sign>& signs, const event::Activity& activity,
                      const HostContext& context) const {
    const event::Actor& actor = context.actor;
    const Place place = place_of(actor.path, activity.platform);
    if (const int points = points_of(place, activity.platform); points > 0)
      signs.push_back({points, "its file lies in " + std::string(words(place))});
    if (actor.memfd == true) signs.push_back({60, "its code is in memory only and in no file"});
    if (actor.deleted == true && actor.memfd != true)
      signs.push_back({actor.packaged == true ? 10 : 40, "its file has been deleted"});
    if (actor.package_differs == true)
      signs.push_back({50, "its file is not what its package shipped"});
    if (actor.packaged == false && place == Place::kSystem)
      signs.push_back({25, "no package owns its file in a system folder"});
    add_drop_sign(signs, activity, context);
    add_maker_sign(signs, context, place);
    if (actor.signature_valid == true && !actor.signer.empty())
      signs.push_back({-25, "its file is signed by " + actor.signer});
  }

  // Windows' own files and those of vendors say who made them; few implants do.
  static void add_maker_sign(std::vector<Sign>& signs, const HostContext& context, Place place) {
    const event::Actor& actor = context.actor;
    const bool nameless =
        actor.company.empty() && actor.product.empty() && actor.original_name.empty();
    const ProcessKnown* known = context.host.process(HostView::identity(actor));
    if (!nameless || !context.host.tells_makers() || known == nullptr || !known->start_seen) return;
    // Only a source that tells hashes looks into the file.
    if (actor.sha256.empty() && actor.sha1.empty() && actor.md5.empty()) return;
    if (place == Place::kSystem)
      signs.push_back({40, "its file lies in a system folder and names no maker"});
    else
      signs.push_back({10, "its file names no maker"});
  }

  void add_drop_sign(std::vector<Sign>& signs, const event::Activity& activity,
                     const HostContext& context) const {
    const FileKnown* file = context.host.file(context.actor.path);
    if (file == nullptr) return;
    if (file->marked)
      signs.push_back({10, file->from.empty() ? "its file is marked as come from the Internet"
                                              : "its file was downloaded from " + file->from});
    if (file->deleted && context.actor.deleted != true)
      signs.push_back({20, "its file has been deleted since"});
    if (activity.time.ns - file->written.ns > recent_ns_) return;
    signs.push_back({20, "its file was written " +
                             std::to_string((activity.time.ns - file->written.ns) / 1'000'000'000) +
                             " s before by " + std::string(base_name(file->by_path))});
  }

  int points_min_;
  int64_t recent_ns_;
};

}  // namespace

BehaviorEntry misplaced_program_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<MisplacedProgram>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
