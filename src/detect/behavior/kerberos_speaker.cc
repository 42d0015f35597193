// SPDX-License-Identifier: Apache-2.0
// A Windows process other than lsass that speaks Kerberos itself. Windows asks for tickets in lsass
// on behalf of every program; tools that ask by themselves do so to roast, to forge or to use
// tickets of others. Programs with a Kerberos of their own (Java, MIT's client) are installed and
// weigh little.
#include "detect/behavior/places.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0006", "T1558"}, {"TA0008", "T1550.003"}};
constexpr std::string_view kFalsePositives[] = {
    "programs that bring a Kerberos client of their own (Java, MIT Kerberos)"};
constexpr BehaviorInfo kInfo{
    .name = "kerberos_speaker",
    .title = "Program asks for Kerberos tickets itself",
    .what =
        "On Windows, a process other than the local security authority connects to a Kerberos "
        "service.",
    .why =
        "Windows does that in one place for all; tools that steal and forge tickets do it "
        "themselves.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};
constexpr uint16_t kKerberosPort = 88;

class KerberosSpeaker final : public Behavior {
 public:
  explicit KerberosSpeaker(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || made->remote.port != kKerberosPort) return;
    if (activity.platform != event::Platform::kWindows || context.actor.kernel) return;
    const std::string_view name = context.actor.name;
    if (name.empty() || equal_folded(name, "lsass.exe") || equal_folded(name, "svchost.exe"))
      return;
    std::vector<Sign> signs{{50, "it asks for Kerberos tickets by itself"}};
    if (place_of(context.actor.path, activity.platform) == Place::kPrograms)
      signs.push_back({-25, "it lies where programs are installed"});
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs))
      sink.raise(std::move(*alert));
  }
};

}  // namespace

BehaviorEntry kerberos_speaker_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<KerberosSpeaker>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
