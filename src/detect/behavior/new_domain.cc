// SPDX-License-Identifier: Apache-2.0
// new_domain: a domain that this network never asked for before, and that looks like one made for a
// purpose: rolled letters, a look-alike in another script, a register where names cost nothing.
// Informational or low: what is new is mostly harmless, but an incident's peer that is new today
// and was never popular is worth knowing. Said only once there is a baseline of hours and domains.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/domain_name.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter domain_forgotten{"detect.behavior.new_domain_forgotten",
                         "domains forgotten by the new domain behaviour"};

constexpr size_t kDomainsMax = 65'536;

constexpr Setting kSettings[] = {
    {"baseline_hours", 24, 1, 10'000, "h", "of lookups before anything is new"},
    {"baseline_domains", 100, 10, 60'000, "domains", "known before anything is new"},
};
constexpr std::string_view kFalsePositives[] = {"whatever people find on the web"};
const event::AttackReference kAttack[] = {{"TA0042", "T1583.001"}, {"TA0011", "T1568"}};

const BehaviorInfo kInfo{.name = "new_domain",
                         .title = "Odd domain never asked for before",
                         .what =
                             "First lookup of a domain, after a baseline, whose name looks rolled, "
                             "borrowed or free of charge.",
                         .why = "Controllers' domains are young and seen nowhere else.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kLow,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

bool cheap_register(std::string_view domain) {
  for (const std::string_view end :
       {".top", ".xyz", ".tk", ".ml", ".ga", ".cf", ".gq", ".icu", ".buzz", ".rest", ".click",
        ".pw", ".cyou", ".monster", ".cam", ".bond", ".sbs", ".cfd"})
    if (domain.ends_with(end)) return true;
  return false;
}

class NewDomain final : public Behavior {
 public:
  explicit NewDomain(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (lookup == nullptr || lookup->addresses.empty() || local_or_reverse(lookup->name)) return;
    const std::string_view domain = registered_domain(lookup->name);
    if (domain.empty()) return;
    if (first_.ns == 0) first_ = activity.time;
    const double hours = static_cast<double>(activity.time.ns - first_.ns) / 3.6e12;
    const size_t known = domains_.size();
    if (std::exchange(domains_.touch(key_of({domain})), true)) return;
    if (hours < thresholds_["baseline_hours"] ||
        static_cast<double>(known) < thresholds_["baseline_domains"])
      return;
    std::vector<Sign> signs;
    if (looks_generated(domain)) signs.push_back({10, "it looks rolled"});
    if (domain.starts_with("xn--") || domain.find(".xn--") != domain.npos)
      signs.push_back({10, "it is written in another script"});
    if (cheap_register(domain)) signs.push_back({10, "its register gives names away"});
    if (signs.empty()) return;
    signs.insert(signs.begin(), {5, "nobody here asked for it in " + duration_words(hours * 3600) +
                                        " and " + std::to_string(known) + " domains"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " asks for " + std::string(domain));
    alert.domain = domain;
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
  WallTime first_;
  BoundedMap<uint64_t, bool> domains_{kDomainsMax, domain_forgotten};
};

}  // namespace

BehaviorEntry new_domain_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<NewDomain>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
