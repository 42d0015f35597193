// SPDX-License-Identifier: Apache-2.0
// A service whose program lies where no installer puts one, or that is a command line for a shell:
// how tools that move from machine to machine start what they brought. Told when it is installed,
// and again, with the peer, when that program talks. A program in the Windows folder itself (not in
// a folder below it) is what such tools drop through ADMIN$; remote administration does the same,
// so it weighs less. Needs the System log's 7045 or the Security log's 4697.
#include "base/counter.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/places.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter service_forgotten{"detect.behavior.planted_service_forgotten",
                          "planted services forgotten because there were too many"};

const event::AttackReference kAttack[] = {{"TA0003", "T1543.003"}, {"TA0002", "T1569.002"}};
constexpr std::string_view kFalsePositives[] = {
    "remote administration that brings its own program (PsExec, deployment tools)",
    "an updater that runs its service from a temporary folder"};
constexpr BehaviorInfo kInfo{
    .name = "planted_service",
    .title = "Service that starts a planted program",
    .what =
        "A service is installed whose program lies in an unusual place or is a shell's command "
        "line, or such a program talks.",
    .why = "A service survives a restart and runs with the system's own rights.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

// %SystemRoot%\x, \SystemRoot\x and system32\x as a registered command has them.
std::string full_path(std::string path) {
  constexpr std::string_view kWindows = "C:\\Windows";
  for (std::string_view variable : {"%systemroot%", "%windir%", "\\systemroot"})
    if (starts_folded(path, variable)) return std::string(kWindows) + path.substr(variable.size());
  if (starts_folded(path, "%comspec%")) return std::string(kWindows) + "\\System32\\cmd.exe";
  if (starts_folded(path, "system32\\")) return std::string(kWindows) + "\\" + path;
  for (std::string_view mark : {"\\??\\", "\\\\?\\"})
    if (path.starts_with(mark)) return path.substr(mark.size());
  return path;
}

class PlantedService final : public Behavior {
 public:
  static constexpr size_t kServicesMax = 4'096;

  explicit PlantedService(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (const auto* installed = std::get_if<event::ServiceInstalled>(&activity.what))
      return judge_installing(*installed, activity, context, sink);
    if (services_.size() == 0 || context.actor.path.empty()) return;
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr) return;
    const std::string* service = services_.find(key(activity, context.actor.path));
    if (service == nullptr) return;
    std::vector<Sign> signs{{45, "it was installed as the service " + *service}};
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs))
      sink.raise(std::move(*alert));
  }

 private:
  static uint64_t key(const event::Activity& activity, std::string_view path) {
    return key_of({activity.host, folded(on_volume(path))});
  }

  static std::vector<Sign> signs_of(const std::string& path, const std::string& command,
                                    const event::Activity& activity, const HostContext& context) {
    std::vector<Sign> signs;
    const Place place = place_of(path, activity.platform);
    const Program* program = program_of(base_name(path));
    const bool shell = program != nullptr &&
                       (program->habit == Habit::kShell || program->habit == Habit::kScriptHost ||
                        program->habit == Habit::kRunsCode);
    if (shell) signs.push_back({45, "its program is " + std::string(program->note)});
    if (unusual_for_programs(place))
      signs.push_back({45, "its program lies in " + std::string(words(place))});
    else if (equal_folded(on_volume(folder_of(path)), "\\Windows"))
      signs.push_back({25,
                       "its program lies in the Windows folder itself, where others drop theirs "
                       "through ADMIN$"});
    if (contains_folded(command, "\\\\.\\pipe\\"))
      signs.push_back({30, "its command writes to a named pipe"});
    if (!signs.empty() && context.host.file(path) != nullptr)
      signs.push_back({15, "its file was written while this machine was watched"});
    return signs;
  }

  void judge_installing(const event::ServiceInstalled& installed, const event::Activity& activity,
                        const HostContext& context, AlertSink& sink) {
    const std::vector<std::string> line = command_words(installed.command);
    if (line.empty()) return;
    const std::string path = full_path(line.front());
    const std::vector<Sign> signs = signs_of(path, installed.command, activity, context);
    if (signs.empty() || weigh(signs).points < kPointsLow) return;
    // A shell that the service only passes through talks for many others, too.
    if (program_of(base_name(path)) == nullptr)
      services_.touch(key(activity, path)) = installed.name;
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs, "service " + installed.name + " of " + activity.host);
    alert.add_fact("service", installed.name);
    alert.add_fact("command", installed.command);
    if (!context.actor.user.empty()) alert.add_fact("user", context.actor.user);
    alert.file = path;
    sink.raise(std::move(alert));
  }

  BoundedMap<uint64_t, std::string> services_{kServicesMax, service_forgotten};
};

}  // namespace

BehaviorEntry planted_service_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<PlantedService>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
