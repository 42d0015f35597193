// SPDX-License-Identifier: Apache-2.0
// A shell or script host with a conversation of its own: PowerShell, wscript, bash. Scripts that
// talk are either an administrator's or an attacker's, so it deserves a look, and more with each
// sign: an encoded or fetching command line, a document program or server as parent, a bare
// address, many connections to the same one. What speaks for it: a vendor's name, an administration
// tool as parent.
#include <unordered_map>

#include "base/counter.h"
#include "detect/behavior/command_signs.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"

namespace picket::detect::behavior {
namespace {

Counter conversations_full{"detect.behavior.conversations_full",
                           "times the counts of script hosts' conversations were begun anew"};

const event::AttackReference kAttack[] = {{"TA0002", "T1059"}, {"TA0011", "T1071"}};
constexpr std::string_view kFalsePositives[] = {
    "scripts of administrators, and the deployment tools that run them",
    "package managers written as scripts"};
constexpr Setting kSettings[] = {
    {"points_min", kPointsLow, 1, 200, "points", "alerts below this weight are not raised"},
    {"conversation_count", 10, 2, 100000, "connections",
     "as many from one process to one peer are a conversation"},
};
constexpr BehaviorInfo kInfo{
    .name = "script_host",
    .title = "Shell or script host talks",
    .what = "A shell or script host has a connection of its own to another machine.",
    .why =
        "It talks only if a script does; attackers' scripts fetch, report and reach out that way.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kLow,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

int points_of(Habit habit) {
  switch (habit) {
    case Habit::kScriptHost: return 40;
    case Habit::kInterpreter: return 15;
    case Habit::kShell: return 60;
    default: return 0;
  }
}

class ScriptHost final : public Behavior {
 public:
  static constexpr size_t kConversationsMax = 20'000;

  explicit ScriptHost(const Thresholds& thresholds)
      : points_min_(static_cast<int>(thresholds["points_min"])),
        conversation_count_(static_cast<uint32_t>(thresholds["conversation_count"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    const bool called = made == nullptr;
    if (called) made = is_called(activity, context);
    if (made == nullptr || context.actor.name.empty()) return;
    const Program* program = program_of(context.actor.name);
    if (program == nullptr || points_of(program->habit) == 0) return;
    std::vector<Sign> signs{{points_of(program->habit), "it is " + std::string(program->note)}};
    add_context_signs(signs, activity, context, *made);
    if (!called) add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs, points_min_))
      sink.raise(std::move(*alert));
  }

 private:
  void add_context_signs(std::vector<Sign>& signs, const event::Activity& activity,
                         const HostContext& context, const event::ConnectionMade& made) {
    add_command_sign(signs, context.actor.command_line);
    add_parent_sign(signs, context.actor);
    const std::string_view service = admin_service(made.remote.port);
    if (made.outbound == true && !service.empty())
      signs.push_back({5, "it speaks " + std::string(service)});
    const uint32_t count = count_of(activity.host, HostView::identity(context.actor), made.remote);
    if (count >= conversation_count_)
      signs.push_back({30, "it has had " + std::to_string(count) + " connections to that peer"});
  }

  uint32_t count_of(const std::string& host, const std::string& process, const Endpoint& peer) {
    if (conversations_.size() == kConversationsMax) {
      conversations_.clear();
      conversations_full.add();
    }
    return ++conversations_[host + "\n" + process + "\n" + peer.text()];
  }

  int points_min_;
  uint32_t conversation_count_;
  std::unordered_map<std::string, uint32_t> conversations_;
};

}  // namespace

BehaviorEntry script_host_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<ScriptHost>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
