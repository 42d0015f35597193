// SPDX-License-Identifier: Apache-2.0
// dns_tunnel: data carried inside lookups. Whoever owns a domain sees every name below it that
// anybody looks up, so a program that can look up names can send (in the names) and receive (in
// TXT, NULL, CNAME answers) through any firewall: dnscat2, iodine and many implants do.
//
// Counted per host and registered domain over a day: different names, their length and entropy, the
// kinds of record asked for, how much text the names held.
//
// Known false positives: reputation services of mail and security products (the known ones are
// lowered), content delivery with a name per object, telemetry in names. Not seen: less than
// `names_min` names a day and less than `text_lookups_min` lookups of text records.
#include <unordered_map>

#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/domain_name.h"
#include "detect/behavior/fan.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter domain_forgotten{"detect.behavior.dns_tunnel_forgotten",
                         "domains forgotten by the tunnel behaviour"};

constexpr size_t kDomainsMax = 8192;
constexpr size_t kExamplesMax = 3;

constexpr Setting kSettings[] = {
    {"names_min", 100, 10, 1000, "names", "different names below one domain in a day"},
    {"text_lookups_min", 30, 5, 100'000, "lookups",
     "of TXT, NULL and other records that carry text"},
    {"length_min", 24, 5, 253, "characters", "mean length of what stands before the domain"},
    {"entropy_min", 3.3, 0, 8, "bits", "mean entropy per character of that"},
    {"carried_min", 10'000, 100, 1e9, "characters", "carried in names altogether"},
};
constexpr std::string_view kFalsePositives[] = {"reputation lookups of mail and security products",
                                                "content delivery with a name per object"};
const event::AttackReference kAttack[] = {
    {"TA0011", "T1071.004"}, {"TA0011", "T1572"}, {"TA0010", "T1048"}};

const BehaviorInfo kInfo{
    .name = "dns_tunnel",
    .title = "Data carried in DNS lookups",
    .what =
        "Many different long names below one domain, or many lookups of records that carry text.",
    .why =
        "A lookup passes every firewall, and the domain's owner reads every name asked for below "
        "it.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

// Services that ask by putting what they ask about into the name.
bool carries_by_design(std::string_view domain) {
  for (const std::string_view known : {"sophosxl.net",
                                       "mcafee.com",
                                       "trellix.com",
                                       "e5.sk",
                                       "eset.com",
                                       "spamhaus.org",
                                       "spamhaus.net",
                                       "surbl.org",
                                       "uribl.com",
                                       "senderbase.org",
                                       "barracudacentral.org",
                                       "sorbs.net",
                                       "spamcop.net",
                                       "cymru.com",
                                       "trendmicro.com",
                                       "kaspersky-labs.com",
                                       "bitdefender.net",
                                       "webrootcloudav.com",
                                       "avast.com",
                                       "akamaihd.net",
                                       "dnswl.org",
                                       "abuse.ch",
                                       "rspamd.com",
                                       "mailspike.net"})
    if (domain == known) return true;
  return false;
}

bool carries_text(std::string_view type) {
  for (const std::string_view known :
       {"TXT", "NULL", "KEY", "CNAME", "MX", "PRIVATE", "TYPE65399", "HINFO", "NAPTR", "SRV"})
    if (type == known) return true;
  return false;
}

// Text records with a known, public use.
bool policy_record(std::string_view name) {
  return name.find("_domainkey") != name.npos || name.starts_with("_dmarc") ||
         name.starts_with("_spf") || name.starts_with("_mta-sts");
}

struct Below {
  Fan names, text_names;
  uint64_t lookups = 0, text_lookups = 0, length = 0, answer_bytes = 0, answers = 0;
  double entropy = 0;
  std::vector<std::string> examples;
};

class DnsTunnel final : public Behavior {
 public:
  explicit DnsTunnel(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (lookup == nullptr || lookup->resolver.address.is_multicast() ||
        local_or_reverse(lookup->name))
      return;
    const std::string_view domain = registered_domain(lookup->name);
    const std::string_view below = below_registered(lookup->name);
    if (domain.empty() || below.empty() || policy_record(lookup->name)) return;
    Below& seen = domains_.touch(key_of({activity.host, domain}));
    const bool fresh = seen.names.add(key_of({below}), true, activity.time);
    if (seen.names.attempts() == 1) {  // a new day
      const Fan names = std::move(seen.names);
      seen = {};
      seen.names = names;
    }
    ++seen.lookups;
    seen.length += below.size();
    seen.entropy += entropy(below);
    bool text_due = false;
    if (carries_text(lookup->type)) {
      ++seen.text_lookups;
      text_due = seen.text_names.add(key_of({below}), true, activity.time) &&
                 due(seen.text_names, thresholds_["text_lookups_min"]);
      for (const std::string& answer : lookup->answers)
        seen.answer_bytes += answer.size(), ++seen.answers;
    }
    if (fresh && seen.examples.size() < kExamplesMax) seen.examples.push_back(lookup->name);
    if ((fresh && due(seen.names, thresholds_["names_min"])) || text_due)
      judge(seen, domain, activity, context, sink);
  }

 private:
  static bool due(Fan& fan, double least) {
    if (static_cast<double>(fan.distinct()) < least || fan.distinct() < 2 * fan.told_at)
      return false;
    fan.told_at = fan.distinct();
    return true;
  }
  void judge(const Below& seen, std::string_view domain, const event::Activity& activity,
             const HostContext& context, AlertSink& sink) {
    const auto lookups = static_cast<double>(seen.lookups);
    const double length = static_cast<double>(seen.length) / lookups, bits = seen.entropy / lookups;
    const double text_share = static_cast<double>(seen.text_lookups) / lookups;
    std::vector<Sign> signs;
    signs.push_back({20, std::to_string(seen.names.distinct()) +
                             " different names below it were looked up in " +
                             duration_words(seen.names.span_s())});
    const bool long_names = length >= thresholds_["length_min"];
    if (long_names)
      signs.push_back({15, "they are " + std::to_string(static_cast<int>(length)) +
                               " characters long on average"});
    if (long_names && bits >= thresholds_["entropy_min"])
      signs.push_back(
          {10, "they read like encoded data (" + number_words(bits) + " bits per character)"});
    if (static_cast<double>(seen.text_lookups) >= thresholds_["text_lookups_min"] &&
        text_share >= 0.3)
      signs.push_back(
          {15, percent_words(text_share) + " of the lookups asked for records that carry text"});
    if (static_cast<double>(seen.length) >= thresholds_["carried_min"])
      signs.push_back(
          {10, bytes_words(static_cast<double>(seen.length)) + " were carried in names"});
    if (carries_by_design(domain))
      signs.push_back({-40, std::string(domain) + " is a service that is asked this way"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = seen.names.first();
    alert.last_time = activity.time;
    alert.count = seen.lookups;
    alert.domain = domain;
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " may carry data in lookups below " +
              std::string(domain));
    for (const std::string& example : seen.examples) alert.add_fact("name", example);
    alert.add_fact("lookups", std::to_string(seen.lookups));
    sink.raise(std::move(alert));
  }

  Thresholds thresholds_;
  BoundedMap<uint64_t, Below> domains_{kDomainsMax, domain_forgotten};
};

}  // namespace

BehaviorEntry dns_tunnel_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<DnsTunnel>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
