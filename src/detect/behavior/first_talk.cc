// SPDX-License-Identifier: Apache-2.0
// The learnt baseline: which programs of a host talk to the outside. Once the host has been watched
// for `baseline_days`, a program's first connection to another network is told, with the age of the
// baseline. Low by itself: it ranks beside what else is found. State per host and program, bounded.
#include <unordered_map>

#include "base/counter.h"
#include "detect/behavior/places.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter baselines_full{"detect.behavior.baseline_full",
                       "first connections not judged: too many hosts or programs"};

const event::AttackReference kAttack[] = {{"TA0011", "T1071"}};
constexpr std::string_view kFalsePositives[] = {"new software, updates with new functions",
                                                "a machine that was not watched for long"};
constexpr Setting kSettings[] = {
    {"baseline_days", 7, 0.01, 3650, "days", "a machine watched for less has no baseline yet"},
};
constexpr BehaviorInfo kInfo{
    .name = "first_talk",
    .title = "Program talks for the first time",
    .what =
        "A program that has been seen running, or a machine that has been watched for long, and "
        "the program's "
        "first connection to the outside.",
    .why = "Programs do not take up talking; new code in them, or a new program, does.",
    .attack = kAttack,
    .severity = event::Severity::kLow,
    .confidence = event::Confidence::kLow,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

constexpr int64_t kDayNs = 86'400'000'000'000;

class FirstTalk final : public Behavior {
 public:
  static constexpr size_t kHostsMax = 4'096;
  static constexpr size_t kProgramsMax = 4'096;  // of one host

  explicit FirstTalk(const Thresholds& thresholds)
      : baseline_ns_(
            static_cast<int64_t>(thresholds["baseline_days"] * static_cast<double>(kDayNs))) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || !made->remote.address.is_global() || context.actor.path.empty()) return;
    Baseline* baseline = baseline_of(activity);
    if (baseline == nullptr) return;
    if (baseline->programs.size() == kProgramsMax) {
      if (!baseline->programs.contains(folded(on_volume(context.actor.path)))) baselines_full.add();
      return;
    }
    const bool fresh =
        baseline->programs.emplace(folded(on_volume(context.actor.path)), activity.time).second;
    const int64_t age = activity.time.ns - baseline->since.ns;
    if (!fresh || age < baseline_ns_) return;
    std::vector<Sign> signs{{20, "it has not talked to the outside in the " +
                                     std::to_string(age / kDayNs) +
                                     " days for which this machine has been watched"}};
    add_peer_signs(signs, *made, context);
    if (auto alert = talk_alert(kInfo, activity, context, *made, signs))
      sink.raise(std::move(*alert));
  }

 private:
  struct Baseline {
    WallTime since;
    std::unordered_map<std::string, WallTime> programs;  // by folded path: first talk
  };

  Baseline* baseline_of(const event::Activity& activity) {
    auto known = baselines_.find(activity.host);
    if (known != baselines_.end()) return &known->second;
    if (baselines_.size() == kHostsMax) {
      baselines_full.add();
      return nullptr;
    }
    return &baselines_.emplace(activity.host, Baseline{activity.time, {}}).first->second;
  }

  int64_t baseline_ns_;
  std::unordered_map<std::string, Baseline> baselines_;
};

}  // namespace

BehaviorEntry first_talk_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<FirstTalk>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
