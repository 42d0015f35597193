// SPDX-License-Identifier: Apache-2.0
// A program that by its nature has no business on the network, or only little, and that talks: a
// text editor, a registrar of components, the tool for services. Such programs talk when somebody
// else's code runs in them (injection, proxy execution) or when they administer another machine.
// The knowledge is programs.def. What speaks for it: a vendor's name or network as the peer, a
// domain controller that is asked for what domain controllers are for.
#include "detect/behavior/places.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {
    {"TA0005", "T1055"}, {"TA0005", "T1218"}, {"TA0011", "T1105"}};
constexpr std::string_view kFalsePositives[] = {
    "administrators who use the system's tools on other machines",
    "rundll32 opening a WebDAV share or a printer", "certutil checking revocation lists"};
constexpr Setting kSettings[] = {
    {"points_min", kPointsLow, 1, 200, "points", "alerts below this weight are not raised"},
};
constexpr BehaviorInfo kInfo{
    .name = "quiet_program",
    .title = "Program that has no business on the network talks",
    .what =
        "A program that comes with the system and by its nature never, or hardly ever, talks to "
        "other machines does so.",
    .why =
        "It talks for somebody else: injected code, a script that it runs, or a hand that uses it "
        "to reach other machines.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

int points_of(Habit habit) {
  switch (habit) {
    case Habit::kNever: return 50;
    case Habit::kSeldom: return 30;
    case Habit::kDocuments: return 15;
    case Habit::kRelay: return 40;
    case Habit::kRunsCode:
    case Habit::kFetches:
    case Habit::kAdministers: return 40;
    default: return 0;
  }
}

std::string words_of(const Program& program, const event::ConnectionMade& made) {
  const std::string it_is = "it is " + std::string(program.note);
  switch (program.habit) {
    case Habit::kNever: return it_is + " and has no business on the network";
    case Habit::kSeldom: return it_is + " and hardly ever talks";
    case Habit::kRunsCode: return it_is + " and talks only for code that others bring";
    case Habit::kDocuments:
      return it_is + " and talks to its maker and to servers it knows by name";
    case Habit::kRelay: return it_is;
    case Habit::kFetches: return it_is + " and fetches only for others";
    default: break;
  }
  const std::string_view service = admin_service(made.remote.port);
  if (!service.empty())
    return it_is + " and speaks " + std::string(service) + " to another machine";
  return it_is + " and reaches another machine";
}

class QuietProgram final : public Behavior {
 public:
  explicit QuietProgram(const Thresholds& thresholds)
      : points_min_(static_cast<int>(thresholds["points_min"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || context.actor.name.empty()) return;
    const Program* program = program_of(context.actor.name);
    if (program == nullptr || points_of(program->habit) == 0) return;
    // Another program of that name (Git's sort.exe, the store's newer Notepad) has its own habits.
    const bool installed = place_of(context.actor.path, activity.platform) == Place::kPrograms;
    if (installed && program->habit != Habit::kDocuments && program->habit != Habit::kRelay) return;
    std::vector<Sign> signs{{points_of(program->habit), words_of(*program, *made)}};
    const ProcessKnown* known = context.host.process(HostView::identity(context.actor));
    if (known != nullptr && !known->injected_by.empty())
      signs.push_back({20, std::string(base_name(known->injected_by)) + " made a thread in it"});
    const bool ordinary_service =
        !admin_service(made->remote.port).empty() || made->remote.port == 53;
    if (program->habit != Habit::kAdministers && ordinary_service &&
        context.host.is_domain_controller(made->remote.address))
      signs.push_back({-30, "the peer is a domain controller of this machine"});
    add_stranger_sign(signs, *program, *made, context);
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs, points_min_))
      sink.raise(std::move(*alert));
  }

 private:
  // Those that talk a little do so with their maker, by name.
  static void add_stranger_sign(std::vector<Sign>& signs, const Program& program,
                                const event::ConnectionMade& made, const HostContext& context) {
    const IpAddress& peer = made.remote.address;
    if (context.host.is_domain_controller(peer) || !known_network(peer).empty()) return;
    const bool nameless = context.host.name_of(peer).empty();
    if (program.habit == Habit::kSeldom && nameless)
      signs.push_back({15, "the peer is none of those it knows"});
    const bool web = made.remote.port == 443 || made.remote.port == 80;
    const bool odd =
        !web && admin_service(made.remote.port).empty() && made.remote.port < kFirstDynamicPort;
    if (program.habit == Habit::kDocuments && nameless &&
        (odd || (context.host.tells_lookups() && web)))
      signs.push_back({25, "the peer is none of those it knows"});
  }

  int points_min_;
};

}  // namespace

BehaviorEntry quiet_program_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<QuietProgram>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
