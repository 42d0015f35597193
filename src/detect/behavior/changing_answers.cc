// SPDX-License-Identifier: Apache-2.0
// changing_answers: a name whose answers keep changing over many networks (fast flux). Botnets put
// thousands of taken machines in front of one server, each for minutes. Content delivery changes
// answers as well, but within a few networks of its own.
//
// Known false positives: pools of volunteers (network time, mirrors), peer-to-peer trackers.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/domain_name.h"
#include "detect/behavior/fan.h"
#include "detect/behavior/known_services.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter name_forgotten{"detect.behavior.changing_answers_forgotten",
                       "names forgotten by the changing answers behaviour"};

constexpr size_t kNamesMax = 16'384;

constexpr Setting kSettings[] = {
    {"networks_min", 15, 3, 1000, "networks",
     "of /16 (IPv4) or /32 (IPv6) in the answers for one name in a day"},
    {"lifetime_max", 900, 1, 86'400, "s", "that the answers are valid for"},
};
constexpr std::string_view kFalsePositives[] = {"pools of volunteers, trackers"};
const event::AttackReference kAttack[] = {{"TA0011", "T1568.001"}};

const BehaviorInfo kInfo{
    .name = "changing_answers",
    .title = "Name whose addresses keep changing",
    .what = "One name with short-lived answers out of many networks in a day.",
    .why = "Botnets hide a server behind many taken machines, each for minutes.",
    .attack = kAttack,
    .severity = event::Severity::kLow,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

std::string network_of(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return address.is_v4() ? std::string(reinterpret_cast<const char*>(bytes.data()) + 12, 2)
                         : std::string(reinterpret_cast<const char*>(bytes.data()), 4);
}

class ChangingAnswers final : public Behavior {
 public:
  explicit ChangingAnswers(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (lookup == nullptr || lookup->addresses.empty() || local_or_reverse(lookup->name) ||
        lookup->ttl_s.value_or(UINT32_MAX) > thresholds_["lifetime_max"])
      return;
    // Of all hosts together: each sees a part.
    Fan& networks = names_.touch(key_of({lookup->name}));
    bool fresh = false;
    for (const IpAddress& address : lookup->addresses)
      if (address.is_global())
        fresh |= networks.add(key_of({network_of(address)}), true, activity.time);
    if (!fresh || static_cast<double>(networks.distinct()) < thresholds_["networks_min"] ||
        networks.distinct() < 2 * networks.told_at)
      return;
    networks.told_at = networks.distinct();
    std::vector<Sign> signs = {{25, "its answers came out of " +
                                        std::to_string(networks.distinct()) + " networks in " +
                                        duration_words(networks.span_s()) + ", each valid for " +
                                        duration_words(*lookup->ttl_s)}};
    if (looks_generated(registered_domain(lookup->name)))
      signs.push_back({15, "the name looks rolled"});
    const std::string_view service = known_service(lookup->name);
    if (!service.empty())
      signs.push_back({-20, "it is a known service (" + std::string(service) + ")"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = networks.first();
    alert.last_time = activity.time;
    alert.count = networks.attempts();
    apply(alert, signs, lookup->name + " keeps changing");
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
  BoundedMap<uint64_t, Fan> names_{kNamesMax, name_forgotten};
};

}  // namespace

BehaviorEntry changing_answers_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<ChangingAnswers>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
