// SPDX-License-Identifier: Apache-2.0
// A program that opens lsass.exe so that it can read its memory, where Windows keeps the secrets of
// who is logged on; told when it does, and again, with the peer, when it talks afterwards. Windows'
// own programs, security products and management agents read it as well: a program in a folder for
// programs counts only when it runs code that others bring. Needs Sysmon's event 10, or the
// Security log's 4663 with auditing of lsass.exe.
#include "base/counter.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/places.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter reader_forgotten{"detect.behavior.credential_reader_forgotten",
                         "readers of lsass.exe forgotten because there were too many"};

const event::AttackReference kAttack[] = {{"TA0006", "T1003.001"}};
constexpr std::string_view kFalsePositives[] = {"an administrator who makes a memory dump",
                                                "security tools that run from unusual folders"};
constexpr BehaviorInfo kInfo{
    .name = "credential_reader",
    .title = "Program may read the memory that holds passwords",
    .what =
        "A script host, a carrier of others' code or a program from an unusual place opens "
        "lsass.exe with the right to read its memory, or talks after it has done so.",
    .why = "Whoever has the secrets of all who are logged on moves on to other machines with them.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

class CredentialReader final : public Behavior {
 public:
  static constexpr size_t kReadersMax = 4'096;

  explicit CredentialReader(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (std::holds_alternative<event::MemoryOpened>(activity.what))
      return judge_reading(activity, context, sink);
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || readers_.size() == 0 || !readers_.find(key(activity, context))) return;
    std::vector<Sign> signs = reading_signs(activity, context);
    signs.push_back({15, "it talks afterwards"});
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs))
      sink.raise(std::move(*alert));
  }

 private:
  static uint64_t key(const event::Activity& activity, const HostContext& context) {
    return key_of({activity.host, HostView::identity(context.actor)});
  }

  static std::vector<Sign> reading_signs(const event::Activity& activity,
                                         const HostContext& context) {
    const event::Actor& actor = context.actor;
    const Place place = place_of(actor.path, activity.platform);
    const Program* program = program_of(actor.name);
    const bool carrier =
        program != nullptr &&
        (program->habit == Habit::kRunsCode || program->habit == Habit::kScriptHost ||
         program->habit == Habit::kInterpreter || program->habit == Habit::kShell);
    std::vector<Sign> signs;
    if (carrier)
      signs.push_back({45, "it is " + std::string(program->note) +
                               " and opened lsass.exe, so that it can read its memory"});
    else if (unusual_for_programs(place))
      signs.push_back({50, "it lies in " + std::string(words(place)) +
                               " and opened lsass.exe, so that it can read its memory"});
    else if (place == Place::kOtherDrive || place == Place::kUnknownVendorData)
      signs.push_back({30, "it opened lsass.exe, so that it can read its memory"});
    if (!signs.empty() && actor.signature_valid == true && !actor.signer.empty())
      signs.push_back({-25, "its file is signed by " + actor.signer});
    return signs;
  }

  void judge_reading(const event::Activity& activity, const HostContext& context, AlertSink& sink) {
    if (context.actor.kernel || context.actor.name.empty()) return;
    const std::vector<Sign> signs = reading_signs(activity, context);
    if (signs.empty() || weigh(signs).points < kPointsLow) return;
    readers_.touch(key(activity, context)) = true;
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs, process_words(context.actor));
    if (!context.actor.command_line.empty())
      alert.add_fact("command line", context.actor.command_line);
    alert.file = context.actor.path;
    sink.raise(std::move(alert));
  }

  BoundedMap<uint64_t, bool> readers_{kReadersMax, reader_forgotten};
};

}  // namespace

BehaviorEntry credential_reader_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<CredentialReader>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
