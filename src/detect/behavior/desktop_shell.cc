// SPDX-License-Identifier: Apache-2.0
// The desktop shell (explorer.exe, gnome-shell, plasmashell) speaking to the Internet. It lives as
// long as the session and everybody expects it there, so code is injected into it. By itself it
// asks its vendor for a few things and speaks to shares; that is known and lowers the weight below
// an alert.
#include <algorithm>

#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0005", "T1055"}, {"TA0011", "T1071"}};
constexpr std::string_view kFalsePositives[] = {
    "a shell extension (cloud drive, viewer) that talks to its own vendor",
    "a WebDAV folder that a person opened"};
constexpr Setting kSettings[] = {
    {"points_min", kPointsLow, 1, 200, "points", "alerts below this weight are not raised"},
};
constexpr BehaviorInfo kInfo{
    .name = "desktop_shell",
    .title = "Desktop shell talks to the Internet",
    .what =
        "explorer.exe, or the shell of a Linux desktop, opens a connection to an address that is "
        "neither local nor its vendor's.",
    .why = "Code that hides inside another process likes this one: it is always there.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

constexpr std::string_view kShells[] = {
    "explorer.exe", "gnome-shell", "plasmashell", "kwin_x11",   "kwin_wayland",
    "cinnamon",     "xfdesktop",   "mate-panel",  "sihost.exe", "shellexperiencehost.exe"};

class DesktopShell final : public Behavior {
 public:
  explicit DesktopShell(const Thresholds& thresholds)
      : points_min_(static_cast<int>(thresholds["points_min"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || !made->remote.address.is_global()) return;
    const auto is_this = [&](std::string_view shell) {
      return equal_folded(shell, context.actor.name);
    };
    if (std::ranges::none_of(kShells, is_this)) return;
    std::vector<Sign> signs{
        {45, "a desktop shell has no business with the Internet but its vendor's"}};
    const ProcessKnown* known = context.host.process(HostView::identity(context.actor));
    if (known != nullptr && !known->injected_by.empty())
      signs.push_back({30, std::string(base_name(known->injected_by)) + " made a thread in it"});
    const std::string_view owner = known_network(made->remote.address);
    if (!owner.empty())
      signs.push_back(
          {-30, "its vendor's services are reached in networks of " + std::string(owner)});
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs, points_min_))
      sink.raise(std::move(*alert));
  }

 private:
  int points_min_;
};

}  // namespace

BehaviorEntry desktop_shell_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<DesktopShell>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
