// SPDX-License-Identifier: Apache-2.0
// odd_port: a known protocol on a port where it does not belong, or a port that remote-control
// tools choose by default, again and again to one peer on the internet. Low: administrators move
// services too. It weighs beside other signs of the same peer.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/odd_ports.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter peer_forgotten{"detect.behavior.odd_port_forgotten",
                       "peers forgotten by the odd port behaviour"};

constexpr size_t kPeersMax = 8192;

constexpr Setting kSettings[] = {
    {"calls_min", 3, 1, 1000, "calls", "to the peer"},
};
constexpr std::string_view kFalsePositives[] = {"services that were moved to another port",
                                                "development servers"};
const event::AttackReference kAttack[] = {{"TA0011", "T1571"}};

const BehaviorInfo kInfo{.name = "odd_port",
                         .title = "Protocol on a port where it does not belong",
                         .what =
                             "HTTP, TLS, SSH and others on ports that are not theirs, or calls to "
                             "ports that remote-control tools choose.",
                         .why = "Who is not meant to be found does not stand where one looks.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kLow,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

struct Peer {
  uint64_t calls = 0;
  WallTime first;
};

class OddPort final : public Behavior {
 public:
  explicit OddPort(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
    if (made == nullptr || made->outbound == false || made->answered == false ||
        !made->remote.address.is_global())
      return;
    const bool tool = tool_port(made->remote.port),
               misplaced = misplaced_service(made->service, made->remote.port);
    if (!tool && !misplaced) return;
    Peer& peer = peers_.touch(key_of({activity.host, context.actor.path, made->remote.text()}));
    if (++peer.calls == 1) peer.first = activity.time;
    if (static_cast<double>(peer.calls) != thresholds_["calls_min"]) return;
    std::vector<Sign> signs;
    const std::string port = std::to_string(made->remote.port);
    if (misplaced) signs.push_back({20, made->service + " on port " + port + " is out of place"});
    if (tool) signs.push_back({15, "port " + port + " is one that remote-control tools choose"});
    if (weigh(signs).points < kPointsLow)
      signs.push_back({5, "it was called " + std::to_string(peer.calls) + " times"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = peer.first;
    alert.last_time = activity.time;
    alert.count = peer.calls;
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " talks to " + made->remote.text());
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
  BoundedMap<uint64_t, Peer> peers_{kPeersMax, peer_forgotten};
};

}  // namespace

BehaviorEntry odd_port_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<OddPort>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
