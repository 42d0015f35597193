// SPDX-License-Identifier: Apache-2.0
// scan: somebody tries many doors. One address and many of its ports (vertical), or one port on
// many addresses (horizontal), fast or spread over a day, from this host or against it. What makes
// it a scan and not ordinary traffic is that the doors stay shut: no answer, a refusal, or nothing
// said.
//
// Known false positives: peers of file sharing that are long gone, a monitor or inventory that
// checks whole networks, a broken IPv6 route. Traceroute's ports are left out. Not seen: a scan
// slower than `ports_min` or `addresses_min` a day; a source that never repeats an address or a
// port.
#include "base/counter.h"
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/fan.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter fan_forgotten{"detect.behavior.scan_fan_forgotten",
                      "sources and targets forgotten by the scan behaviour"};

constexpr size_t kFansMax = 32'768;
constexpr uint16_t kTracerouteFirst = 33434, kTracerouteLast = 33534;  // RFC 1393's customary range
constexpr uint16_t kEcho4 = 8, kEcho6 = 128;  // ICMP types, in Zeek's port field

constexpr Setting kSettings[] = {
    {"ports_min", 15, 5, 1000, "ports", "different ports of one address that did not open"},
    {"addresses_min", 25, 5, 1000, "addresses", "different addresses that did not open one port"},
    {"addresses_low", 10, 5, 1000, "addresses", "the same, for a low alert"},
    {"pings_min", 50, 5, 1000, "addresses", "different addresses pinged"},
    {"shut_share_min", 0.3, 0, 1, "share", "of the attempts were in vain; for a low alert, too"},
};
constexpr std::string_view kFalsePositives[] = {
    "monitoring, inventory and vulnerability scanners that are meant to do this",
    "file sharing with peers long gone"};
const event::AttackReference kAttack[] = {
    {"TA0007", "T1046"}, {"TA0043", "T1595.001"}, {"TA0007", "T1018"}};

const BehaviorInfo kInfo{.name = "scan",
                         .title = "Tries many ports or addresses, most of them shut",
                         .what =
                             "Many ports of one address, or one port (or ping) on many addresses, "
                             "mostly without success, within a day.",
                         .why =
                             "Finding out what there is comes before breaking in, and before "
                             "moving on from a machine already taken.",
                         .attack = kAttack,
                         .severity = event::Severity::kMedium,
                         .confidence = event::Confidence::kMedium,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

constexpr int kSure = 45, kSome = 25;  // points
constexpr double kMostlyShut = 0.6;

struct Attempt {
  std::string source;  // who tries, in words of the alert
  const Endpoint* target = nullptr;
  bool inbound = false, ping = false, failed = false;
};

class Scan final : public Behavior {
 public:
  explicit Scan(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
    if (made == nullptr) return;
    const bool inbound = made->outbound == false;
    const Endpoint& target = inbound ? made->local : made->remote;
    const Endpoint& source = inbound ? made->remote : made->local;
    if (target.address.is_multicast() || target.address.is_broadcast() ||
        target.address.is_loopback() || target.address.is_unspecified() ||
        source.address.is_loopback())
      return;
    Attempt attempt{inbound ? source.address.text() : std::string(context.actor.path), &target,
                    inbound, false, false};
    attempt.ping = made->transport == event::Transport::kIcmp;
    if (attempt.ping && source.port != 0 && source.port != kEcho4 && source.port != kEcho6) return;
    const bool nothing_said = made->finished && made->bytes_out == 0u && made->bytes_in == 0u;
    attempt.failed = made->answered == false || nothing_said;
    const bool traceroute = made->transport == event::Transport::kUdp &&
                            target.port >= kTracerouteFirst && target.port <= kTracerouteLast;
    const std::string_view kind = made->transport == event::Transport::kUdp ? "udp"
                                  : attempt.ping                            ? "icmp"
                                                                            : "tcp";
    if (!attempt.ping && !traceroute)
      ports(key_of({activity.host, attempt.source, kind, target.address.text()}), attempt, activity,
            context, sink);
    addresses(key_of({activity.host, attempt.source, kind,
                      std::to_string(attempt.ping ? 0 : target.port)}),
              attempt, activity, context, sink);
  }

 private:
  void ports(uint64_t key, const Attempt& attempt, const event::Activity& activity,
             const HostContext& context, AlertSink& sink) {
    Fan& fan = fans_.touch(key);
    const bool fresh = fan.add(attempt.target->port, attempt.failed, activity.time);
    if (!due(fan, fresh, thresholds_["ports_min"])) return;
    tell(fan, kSure, attempt, activity, context, sink,
         "tried " + std::to_string(fan.distinct()) + " shut ports of " +
             attempt.target->address.text());
  }
  void addresses(uint64_t key, const Attempt& attempt, const event::Activity& activity,
                 const HostContext& context, AlertSink& sink) {
    Fan& fan = fans_.touch(key);
    // Whether a ping was answered is seldom told, so all of them count.
    const bool fresh = fan.add(std::hash<IpAddress>()(attempt.target->address),
                               attempt.failed || attempt.ping, activity.time);
    const auto seen = static_cast<double>(fan.distinct());
    const bool many = seen >= thresholds_[attempt.ping ? "pings_min" : "addresses_min"];
    if (!due(fan, fresh, thresholds_[attempt.ping ? "pings_min" : "addresses_low"])) return;
    tell(fan, many ? kSure : kSome, attempt, activity, context, sink,
         attempt.ping ? "pinged " + std::to_string(fan.distinct()) + " addresses"
                      : "tried port " + std::to_string(attempt.target->port) + " of " +
                            std::to_string(fan.distinct()) + " addresses that did not open it");
  }
  // Told at the threshold, and each time it has doubled since.
  bool due(const Fan& fan, bool fresh, double least) const {
    const auto seen = static_cast<double>(fan.distinct());
    const bool again = fan.distinct() >= 2 * fan.told_at || seen == thresholds_["addresses_min"];
    return fresh && seen >= least && again && fan.share() >= thresholds_["shut_share_min"];
  }
  void tell(Fan& fan, int points, const Attempt& attempt, const event::Activity& activity,
            const HostContext& context, AlertSink& sink, std::string what) {
    fan.told_at = fan.distinct();
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = fan.first();
    alert.last_time = activity.time;
    alert.count = fan.attempts();
    // It is about many peers, so no single one stands for it.
    if (what.find(" addresses") != what.npos) alert.connection.reset();
    std::vector<Sign> signs = {{points, what + " within " + duration_words(fan.span_s())}};
    if (!attempt.ping && fan.share() >= kMostlyShut)
      signs.push_back({5, percent_words(fan.share()) + " of " + std::to_string(fan.attempts()) +
                              " attempts were in vain"});
    const bool from_outside =
        attempt.inbound && IpAddress::parse(attempt.source).value_or(IpAddress()).is_global();
    if (from_outside) signs.push_back({-25, "scans from the internet reach every public address"});
    apply(alert, signs,
          attempt.inbound ? attempt.source : caller_words(context.actor, activity.host));
    alert.add_fact("different", std::to_string(fan.distinct()));
    alert.add_fact("attempts", std::to_string(fan.attempts()));
    sink.raise(std::move(alert));
  }

  Thresholds thresholds_;
  BoundedMap<uint64_t, Fan> fans_{kFansMax, fan_forgotten};
};

}  // namespace

BehaviorEntry scan_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<Scan>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
