// SPDX-License-Identifier: Apache-2.0
// A browser that no person uses: started by a service, a script or a document program, through COM
// (-Embedding), headless or under remote control, in the session of services; and many of them
// speaking to one address. A browser passes every firewall, so implants start it or live in it.
// A person's browser hangs below the desktop shell or another browser process.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/counter.h"
#include "detect/behavior/command_signs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter sites_full{"detect.behavior.browser_sites_full",
                   "times the browsers speaking to each address were counted anew"};

const event::AttackReference kAttack[] = {
    {"TA0005", "T1564.003"}, {"TA0011", "T1071.001"}, {"TA0001", "T1185"}};
constexpr std::string_view kFalsePositives[] = {
    "automated tests that drive a browser", "programs that print or render pages with one",
    "a vendor's program that opens its help through COM"};
constexpr Setting kSettings[] = {
    {"instances_min", 4, 2, 1000, "processes",
     "as many browser processes without a person, speaking to one address, are too many"},
};
constexpr BehaviorInfo kInfo{
    .name = "hidden_browser",
    .title = "Browser without a person",
    .what =
        "A browser that was not started from the desktop, runs headless or under remote control, "
        "or of which many processes speak to one address.",
    .why = "Browsers may talk to everywhere, so code that may not starts one.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

constexpr std::string_view kShells[] = {"explorer",
                                        "userinit",
                                        "sihost",
                                        "gnome-shell",
                                        "plasmashell",
                                        "kwin_x11",
                                        "kwin_wayland",
                                        "xfce4-session",
                                        "xfce4-panel",
                                        "cinnamon",
                                        "mate-panel",
                                        "systemd",
                                        "gnome-session-binary",
                                        "runtimebroker",
                                        "openwith",
                                        "searchapp",
                                        "searchhost",
                                        "startmenuexperiencehost",
                                        "outlook",
                                        "teams",
                                        "ms-teams",
                                        "slack",
                                        "thunderbird"};

bool is_shell(std::string_view path) {
  const std::string_view name = stem(base_name(path));
  return std::ranges::any_of(kShells,
                             [&](std::string_view shell) { return equal_folded(shell, name); });
}

struct Argument {
  std::string_view text, words;
  int points;
};
constexpr Argument kArguments[] = {
    {"--headless", "it runs headless", 25},
    {"--remote-debugging-port", "it may be controlled from outside", 25},
    {"--remote-debugging-pipe", "it may be controlled from outside", 15},
    {"-embedding", "another program started it through COM", 25},
    {"--dump-dom", "it only fetches", 15},
    {"--user-data-dir=\\\\", "its profile lies on another machine", 20},
    {"--window-position=-", "its window lies outside the screen", 30},
    {"--no-sandbox", "its sandbox is off", 10},
};

class HiddenBrowser final : public Behavior {
 public:
  static constexpr size_t kSitesMax = 20'000;
  static constexpr size_t kProcessesPerSiteMax = 64;

  explicit HiddenBrowser(const Thresholds& thresholds)
      : instances_min_(static_cast<size_t>(thresholds["instances_min"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || !is_browser(context.actor.name)) return;
    std::vector<Sign> signs = hidden_signs(context);
    const bool person = signs.empty() && is_persons(context);
    if (!person) add_instances_sign(signs, activity, context, *made);
    if (signs.empty()) return;
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs))
      sink.raise(std::move(*alert));
  }

 private:
  // The browser processes below another of the same kind are judged by the first of them.
  static const event::Actor& root_of(const HostContext& context) {
    constexpr size_t kLevelsMax = 8;
    const event::Actor* actor = &context.actor;
    for (size_t i = 0; i < kLevelsMax && is_browser(base_name(actor->parent_path)); ++i) {
      const ProcessKnown* parent = context.host.parent_of(*actor);
      if (parent == nullptr || &parent->actor == actor) break;
      actor = &parent->actor;
    }
    return *actor;
  }

  static bool is_persons(const HostContext& context) {
    const event::Actor& root = root_of(context);
    return is_shell(root.parent_path) || is_browser(base_name(root.parent_path));
  }

  static std::vector<Sign> hidden_signs(const HostContext& context) {
    std::vector<Sign> signs;
    const event::Actor& root = root_of(context);
    for (const Argument& argument : kArguments)
      if (contains_folded(root.command_line, argument.text))
        signs.push_back({argument.points, std::string(argument.words)});
    // Mail and documents have links in them, and a browser starts its own.
    const std::string_view parent = base_name(root.parent_path);
    if (!is_shell(parent) && !is_browser(parent) && !is_document_program(parent))
      add_parent_sign(signs, root);
    if (equal_folded(base_name(root.parent_path), "services.exe") ||
        equal_folded(base_name(root.parent_path), "taskeng.exe"))
      signs.push_back({25, std::string(base_name(root.parent_path)) + " started it"});
    if (root.session == 0)
      signs.push_back({30, "it runs in the session of services, which has no screen"});
    return signs;
  }

  void add_instances_sign(std::vector<Sign>& signs, const event::Activity& activity,
                          const HostContext& context, const event::ConnectionMade& made) {
    if (sites_.size() == kSitesMax) {
      sites_.clear();
      sites_full.add();
    }
    const std::string name = folded(context.actor.name);
    auto& processes = sites_[activity.host + "\n" + name + "\n" + made.remote.text()];
    if (processes.size() < kProcessesPerSiteMax)
      processes.insert(HostView::identity(root_of(context)));
    if (processes.size() < instances_min_) return;
    signs.push_back(
        {45, std::to_string(processes.size()) + " processes of " + name +
                 " that no desktop is known to have started speak to this one address"});
  }

  size_t instances_min_;
  std::unordered_map<std::string, std::unordered_set<std::string>> sites_;
};

}  // namespace

BehaviorEntry hidden_browser_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<HiddenBrowser>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
