// SPDX-License-Identifier: Apache-2.0
// unnamed_peer: a program talks to an address on the internet that nobody looked up. People and
// proper programs ask by name; addresses are written into implants, and into peer-to-peer programs.
//
// Names come from lookups, greetings and requests, before or after the call (records of one
// recording come file by file), so it is told only when there was time for them: at a later call,
// or at the end. Said only of hosts whose lookups are seen. Low at most; it weighs with other signs
// in an incident.
//
// Known false positives: peer-to-peer, games and calls (their peers come by another way), caches
// that outlive the recording's begin, encrypted DNS.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/odd_ports.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter peer_forgotten{"detect.behavior.unnamed_peer_forgotten",
                       "peers forgotten before it was known whether they had a name"};
Counter quiet{"detect.behavior.unnamed_peer_quiet",
              "unnamed peers not told of, because the host has too many"};

constexpr size_t kPeersMax = 8192, kNamesMax = 65'536, kHostsMax = 4096;

constexpr Setting kSettings[] = {
    {"lookups_min", 20, 1, 10'000, "lookups",
     "of a host before its calls without one say anything"},
    {"patience", 60, 1, 3600, "s", "that a name has to turn up"},
    {"calls_min", 3, 1, 1000, "calls", "to the address"},
    {"told_max", 20, 1, 1000, "alerts", "per host; a host with more has another way to names"},
};
constexpr std::string_view kFalsePositives[] = {
    "peer-to-peer programs, games and calls",
    "names that were looked up before the recording began"};
const event::AttackReference kAttack[] = {{"TA0011", "T1095"}, {"TA0011", "T1008"}};

const BehaviorInfo kInfo{.name = "unnamed_peer",
                         .title = "Talks to an address nobody looked up",
                         .what =
                             "Repeated answered calls to an internet address that no lookup, "
                             "greeting or request gave a name.",
                         .why = "Programs ask by name; addresses are written into implants.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kLow,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

struct Peer {
  std::unique_ptr<event::Activity> sample;
  uint64_t calls = 0;
  WallTime first;
  bool told = false;
};
struct Host {
  uint64_t lookups = 0, told = 0;
};

class UnnamedPeer final : public Behavior {
 public:
  explicit UnnamedPeer(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
      if (!lookup->resolver.address.is_multicast()) ++hosts_.touch(activity.host).lookups;
      for (const IpAddress& address : lookup->addresses) named_.touch(address);
    } else if (const auto* tls = std::get_if<event::TlsSession>(&activity.what)) {
      if (!tls->server_name.empty()) named_.touch(tls->remote.address);
    } else if (const auto* http = std::get_if<event::HttpExchange>(&activity.what)) {
      if (!http->host.empty() && !IpAddress::parse(http->host)) named_.touch(http->remote.address);
    } else if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what)) {
      call(*made, activity, context, sink);
    }
  }
  void finish(AlertSink& sink) override {
    peers_.visit([&](uint64_t, Peer& peer) { judge(peer, sink); });
  }

 private:
  void call(const event::ConnectionMade& made, const event::Activity& activity,
            const HostContext& context, AlertSink& sink) {
    if (made.outbound == false || made.answered == false || !made.remote.address.is_global() ||
        finds_peers_itself(made.remote.port) || made.transport == event::Transport::kIcmp)
      return;
    if (!made.remote_name.empty()) {
      named_.touch(made.remote.address);
      return;
    }
    Peer& peer = peers_.touch(key_of({activity.host, context.actor.path, made.remote.text()}));
    if (++peer.calls == 1) {
      peer.first = activity.time;
      peer.sample = std::make_unique<event::Activity>(activity);
      peer.sample->actor = context.actor;
    }
    const double age_s = static_cast<double>(activity.time.ns - peer.first.ns) / 1e9;
    // While it goes on a name may still come from another file of the same recording; the end
    // tells.
    if (age_s >= thresholds_["patience"] && !activity.place.input.size()) judge(peer, sink);
  }
  void judge(Peer& peer, AlertSink& sink) {
    if (peer.told || !peer.sample || static_cast<double>(peer.calls) < thresholds_["calls_min"])
      return;
    const auto& made = std::get<event::ConnectionMade>(peer.sample->what);
    Host& host = hosts_.touch(peer.sample->host);
    if (named_.find(made.remote.address) != nullptr ||
        static_cast<double>(host.lookups) < thresholds_["lookups_min"])
      return;
    peer.told = true;
    if (static_cast<double>(++host.told) > thresholds_["told_max"]) return quiet.add();
    event::Alert alert = draft(kInfo, *peer.sample, peer.sample->actor);
    alert.count = peer.calls;
    std::vector<Sign> signs = {{20, "it called it " + std::to_string(peer.calls) +
                                        " times and nobody looked the address up, while " +
                                        std::to_string(host.lookups) + " lookups were seen"}};
    if (!usual_tls_port(made.remote.port) && made.remote.port != 80)
      signs.push_back({10, "port " + std::to_string(made.remote.port) + " is unusual"});
    apply(alert, signs,
          caller_words(peer.sample->actor, peer.sample->host) + " talks to " + made.remote.text());
    sink.raise(std::move(alert));
  }

  Thresholds thresholds_;
  BoundedMap<uint64_t, Peer> peers_{kPeersMax, peer_forgotten};
  BoundedMap<IpAddress, bool> named_{kNamesMax, peer_forgotten};
  BoundedMap<std::string, Host> hosts_{kHostsMax, peer_forgotten};
};

}  // namespace

BehaviorEntry unnamed_peer_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<UnnamedPeer>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
