// SPDX-License-Identifier: Apache-2.0
// generated_names: a host tries domain after domain that nobody registered and nobody would think
// up. Malware that lost its controller rolls names by the date until one answers.
//
// Counted per host over a day: different registered domains that do not exist and look rolled
// (letter model trained on ordinary words, letters mixed with digits, long hexadecimal).
//
// Known false positives: a browser's random probes (one label each, so not counted), blocked
// advertisement domains behind a resolver that answers NXDOMAIN. Not seen: names made of words.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/domain_name.h"
#include "detect/behavior/fan.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter host_forgotten{"detect.behavior.generated_names_forgotten",
                       "hosts forgotten by the generated names behaviour"};

constexpr size_t kHostsMax = 4096;
constexpr size_t kExamplesMax = 8;

constexpr Setting kSettings[] = {
    {"domains_min", 10, 3, 1000, "domains", "that do not exist and look rolled, in a day"},
    {"domains_low", 5, 2, 1000, "domains", "the same, for a low alert"},
};
constexpr std::string_view kFalsePositives[] = {
    "a filtering resolver that denies advertisement domains"};
const event::AttackReference kAttack[] = {{"TA0011", "T1568.002"}};

const BehaviorInfo kInfo{
    .name = "generated_names",
    .title = "Looks up domains that a program made up",
    .what =
        "Different registered domains in a day that do not exist and look rolled rather than "
        "chosen.",
    .why = "Malware rolls names by the date until it finds the one its owner registered.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

struct Host {
  Fan domains;  // rolled and not there, among all that are not there
  std::vector<std::string> examples;
};

class GeneratedNames final : public Behavior {
 public:
  explicit GeneratedNames(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (lookup == nullptr || lookup->response_code != "NXDOMAIN" || local_or_reverse(lookup->name))
      return;
    const std::string_view domain = registered_domain(lookup->name);
    if (domain.empty()) return;
    const bool rolled = looks_generated(domain);
    Host& host = hosts_.touch(activity.host);
    const bool fresh = host.domains.add(key_of({domain}), rolled, activity.time);
    if (!fresh) return;
    if (host.domains.distinct() == 1) host.examples.clear();
    if (host.examples.size() < kExamplesMax) host.examples.emplace_back(domain);
    const auto count = static_cast<double>(host.domains.distinct());
    const bool many = count >= thresholds_["domains_min"];
    const bool again =
        host.domains.distinct() >= 2 * host.domains.told_at || count == thresholds_["domains_min"];
    if (count < thresholds_["domains_low"] || !again) return;
    host.domains.told_at = host.domains.distinct();
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = host.domains.first();
    alert.last_time = activity.time;
    alert.count = host.domains.distinct();
    alert.domain.clear();  // it is about all of them
    const Sign signs[] = {
        {many ? 45 : 20, std::to_string(host.domains.distinct()) + " domains in " +
                             duration_words(host.domains.span_s()) +
                             " that do not exist and look rolled, such as " +
                             host.examples.front()},
        {5, percent_words(host.domains.share()) + " of its failed lookups are of that kind"}};
    apply(alert, std::span(signs).first(host.domains.share() >= 0.5 ? 2 : 1),
          caller_words(context.actor, activity.host) + " looks for a controller");
    for (const std::string& example : host.examples) alert.add_fact("domain", example);
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
  BoundedMap<std::string, Host> hosts_{kHostsMax, host_forgotten};
};

}  // namespace

BehaviorEntry generated_names_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<GeneratedNames>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
