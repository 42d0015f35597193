// SPDX-License-Identifier: Apache-2.0
// rare_resolver: a host that has its resolvers asks another one on the internet for names. Programs
// that do not trust the host's resolver (or do not want it to know) bring their own. Low: browsers
// and people do it as well; a public resolver that everybody knows says less.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter host_forgotten{"detect.behavior.rare_resolver_forgotten",
                       "hosts or resolvers forgotten by the resolver behaviour"};

constexpr size_t kHostsMax = 4096, kResolversMax = 16'384;

constexpr Setting kSettings[] = {
    {"lookups_min", 200, 10, 100'000, "lookups", "of a host before another resolver is rare"},
    {"calls_min", 3, 1, 1000, "lookups", "at the other resolver"},
};
constexpr std::string_view kFalsePositives[] = {
    "people and programs that prefer a public resolver"};
const event::AttackReference kAttack[] = {{"TA0011", "T1071.004"}};

const BehaviorInfo kInfo{.name = "rare_resolver",
                         .title = "Asks a resolver that is not its own",
                         .what =
                             "Lookups at an internet resolver that this host did not use before, "
                             "after many at its usual ones.",
                         .why = "Programs that hide from the host's resolver bring their own.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kLow,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

bool public_resolver(const IpAddress& address) {
  const std::string text = address.text();
  for (const std::string_view known :
       {"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222",
        "208.67.220.220", "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111",
        "2620:fe::fe"})
    if (text == known) return true;
  return false;
}

struct Asked {
  uint64_t lookups = 0;
  bool usual = false;  // in use before there was a baseline
};

class RareResolver final : public Behavior {
 public:
  explicit RareResolver(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (lookup == nullptr || lookup->resolver.address.is_unspecified() ||
        lookup->resolver.address.is_multicast() || lookup->resolver.port != 53)
      return;
    const uint64_t lookups = ++hosts_.touch(activity.host);
    Asked& asked = resolvers_.touch(key_of({activity.host, lookup->resolver.address.text()}));
    ++asked.lookups;
    if (static_cast<double>(lookups) < thresholds_["lookups_min"]) asked.usual = true;
    if (asked.usual || !lookup->resolver.address.is_global() ||
        static_cast<double>(asked.lookups) != thresholds_["calls_min"])
      return;
    std::vector<Sign> signs = {{25, "it asked " + lookup->resolver.address.text() +
                                        " for names, which it had not in " +
                                        std::to_string(lookups) + " lookups"}};
    if (public_resolver(lookup->resolver.address))
      signs.push_back({-10, "that is a public resolver"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.count = asked.lookups;
    apply(alert, signs, caller_words(context.actor, activity.host));
    alert.add_fact("resolver", lookup->resolver.text());
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
  BoundedMap<std::string, uint64_t> hosts_{kHostsMax, host_forgotten};
  BoundedMap<uint64_t, Asked> resolvers_{kResolversMax, host_forgotten};
};

}  // namespace

BehaviorEntry rare_resolver_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<RareResolver>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
