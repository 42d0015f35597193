// SPDX-License-Identifier: Apache-2.0
// A listener opened by what should not serve: a shell or script host, netcat, a text editor, an
// executable in Downloads or /tmp. Listeners on the loopback only are left alone, listeners on all
// interfaces weigh more. Needs a source that tells of listeners (the live sensor, Security 5154,
// auditd).
#include <algorithm>

#include "detect/behavior/places.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0011", "T1571"}, {"TA0003", "T1205"}};
constexpr std::string_view kFalsePositives[] = {"development servers on a workstation",
                                                "programs under test"};
constexpr BehaviorInfo kInfo{
    .name = "new_listener",
    .title = "Program that should not listen does",
    .what =
        "A shell, script host, relay, quiet program or a program from an unusual place opens a "
        "port for others.",
    .why = "A bind shell or a relay waits there for whoever knows it.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

constexpr std::string_view kRelays[] = {"nc",   "ncat",  "netcat",   "nc.traditional", "nc.openbsd",
                                        "nc64", "socat", "powercat", "cryptcat"};

class NewListener final : public Behavior {
 public:
  explicit NewListener(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* listener = std::get_if<event::ListenerOpened>(&activity.what);
    if (listener == nullptr || listener->local.address.is_loopback() || context.actor.kernel)
      return;
    std::vector<Sign> signs;
    add_program_signs(signs, activity, context.actor);
    if (signs.empty()) return;
    if (listener->local.address.is_unspecified())
      signs.push_back({10, "it listens on all interfaces"});
    if (weigh(signs).points < kPointsLow) return;
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs, process_words(context.actor) + " listens on " + listener->local.text());
    alert.add_fact("listener", listener->local.text());
    if (!context.actor.command_line.empty())
      alert.add_fact("command line", context.actor.command_line);
    sink.raise(std::move(alert));
  }

 private:
  static void add_program_signs(std::vector<Sign>& signs, const event::Activity& activity,
                                const event::Actor& actor) {
    const std::string_view bare = stem(actor.name);
    if (std::ranges::any_of(kRelays, [&](std::string_view r) { return equal_folded(r, bare); }))
      signs.push_back({45, "it is a relay for whatever it is given"});
    const Place place = place_of(actor.path, activity.platform);
    const bool home = activity.platform == event::Platform::kLinux && place == Place::kUserFolder;
    if (unusual_for_programs(place))
      signs.push_back({home ? 15 : 35, "its file lies in " + std::string(words(place))});
    if (actor.memfd == true || (actor.deleted == true && actor.packaged != true))
      signs.push_back({40, "its file is gone"});
    const Program* program = program_of(actor.name);
    if (program == nullptr || place == Place::kPrograms) return;
    if (program->habit == Habit::kInterpreter)
      signs.push_back({15, "it is " + std::string(program->note)});
    else
      signs.push_back({50, "it is " + std::string(program->note) + ", which serves nobody"});
  }
};

}  // namespace

BehaviorEntry new_listener_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<NewListener>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
