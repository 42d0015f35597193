// SPDX-License-Identifier: Apache-2.0
// A process that talks after another process made a thread in it. Windows' own such threads
// (console, session start) come from system programs and do not count; those of installed products
// weigh little. Counts only what is opened after the thread was made.
#include <algorithm>

#include "detect/behavior/places.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0005", "T1055"}};
constexpr std::string_view kFalsePositives[] = {
    "security products, debuggers and aids that add a thread to programs"};
constexpr BehaviorInfo kInfo{
    .name = "injected_talker",
    .title = "Process talks after another one put code into it",
    .what = "A process in which another process made a thread talks to other machines.",
    .why = "Injected code talks under the name of its host.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

// Parts of Windows whose business it is: consoles, sessions, error reports.
bool makes_threads_elsewhere(std::string_view name) {
  constexpr std::string_view kSystem[] = {"csrss.exe",    "smss.exe",     "wininit.exe",
                                          "winlogon.exe", "dwm.exe",      "conhost.exe",
                                          "taskmgr.exe",  "werfault.exe", "audiodg.exe"};
  return std::ranges::any_of(kSystem,
                             [&](std::string_view part) { return equal_folded(part, name); });
}

class InjectedTalker final : public Behavior {
 public:
  explicit InjectedTalker(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr) return;
    const ProcessKnown* known = context.host.process(HostView::identity(context.actor));
    if (known == nullptr || known->injected_by.empty()) return;
    if (known->injected_by_id == HostView::identity(context.actor)) return;
    std::vector<Sign> signs;
    add_injector_sign(signs, known->injected_by, activity.platform);
    if (signs.empty()) return;
    add_peer_signs(signs, *made, context);
    auto alert = talk_alert(kInfo, activity, context, *made, signs);
    if (!alert) return;
    alert->add_fact("thread made by", known->injected_by);
    sink.raise(std::move(*alert));
  }

 private:
  static void add_injector_sign(std::vector<Sign>& signs, const std::string& injector,
                                event::Platform platform) {
    const std::string who(base_name(injector));
    const Program* program = program_of(who);
    const Place place = place_of(injector, platform);
    if (place == Place::kSystem && makes_threads_elsewhere(who)) return;
    if (program != nullptr)
      signs.push_back(
          {60, who + ", " + std::string(program->note) + ", made a thread in it before"});
    else if (unusual_for_programs(place))
      signs.push_back(
          {70, who + " from " + std::string(words(place)) + " made a thread in it before"});
    else if (place == Place::kPrograms || place == Place::kVendorData)
      signs.push_back({20, who + " made a thread in it before"});
    else if (place != Place::kSystem)
      signs.push_back({45, who + " made a thread in it before"});
  }
};

}  // namespace

BehaviorEntry injected_talker_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<InjectedTalker>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
