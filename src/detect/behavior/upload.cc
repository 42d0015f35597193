// SPDX-License-Identifier: Apache-2.0
// upload: a host sends one peer on the internet far more than it gets from it. Data that leaves
// goes up; ordinary traffic comes down. Counted per host, program and peer over whole connections.
//
// Known false positives: backups and file sharing with a service, video calls, publishing. Not
// seen: data that leaves in small pieces over many peers.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/known_services.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter peer_forgotten{"detect.behavior.upload_peer_forgotten",
                       "peers forgotten by the upload behaviour"};

constexpr size_t kPeersMax = 16'384, kHostsMax = 4096, kNamesMax = 16'384;

constexpr Setting kSettings[] = {
    {"bytes_min", 50e6, 1e4, 1e13, "bytes", "sent to one peer within a day"},
    {"bytes_much", 500e6, 1e4, 1e13, "bytes", "the same, for one more reason"},
    {"ratio_min", 10, 1, 10'000, "times", "as much sent as received"},
};
constexpr std::string_view kFalsePositives[] = {"backups and file sharing with a service",
                                                "video calls, publishing"};
const event::AttackReference kAttack[] = {
    {"TA0010", "T1041"}, {"TA0010", "T1048"}, {"TA0010", "T1567"}};

const BehaviorInfo kInfo{
    .name = "upload",
    .title = "Sends far more than it gets",
    .what = "Within a day much more was sent to one internet peer than came back.",
    .why = "Data that leaves goes up; ordinary traffic comes down.",
    .attack = kAttack,
    .severity = event::Severity::kLow,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

struct Peer {
  uint64_t out = 0, in = 0, connections = 0, told_at = 0;
  WallTime first;
};

class Upload final : public Behavior {
 public:
  explicit Upload(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
      for (const IpAddress& address : lookup->addresses) names_.touch(address) = lookup->name;
      return;
    }
    const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
    if (made == nullptr || !made->finished || !made->bytes_out || !made->bytes_in ||
        !made->remote.address.is_global())
      return;
    uint64_t& host_out = hosts_.touch(activity.host);
    host_out += *made->bytes_out;
    Peer& peer =
        peers_.touch(key_of({activity.host, context.actor.path, made->remote.address.text()}));
    constexpr int64_t kDayNs = int64_t{86400} * static_cast<int64_t>(kNsPerSecond);
    if (peer.connections == 0 || activity.time.ns - peer.first.ns > kDayNs)
      peer = {0, 0, 0, 0, activity.time};
    peer.out += *made->bytes_out;
    peer.in += *made->bytes_in;
    ++peer.connections;
    const auto out = static_cast<double>(peer.out);
    if (out < thresholds_["bytes_min"] ||
        out < thresholds_["ratio_min"] * static_cast<double>(peer.in) ||
        peer.out < 2 * peer.told_at)
      return;
    peer.told_at = peer.out;
    tell(peer, *made, host_out, activity, context, sink);
  }

 private:
  void tell(const Peer& peer, const event::ConnectionMade& made, uint64_t host_out,
            const event::Activity& activity, const HostContext& context, AlertSink& sink) {
    const auto out = static_cast<double>(peer.out);
    std::vector<Sign> signs = {{25, "it sent " + bytes_words(out) + " and got " +
                                        bytes_words(static_cast<double>(peer.in)) + " in " +
                                        std::to_string(peer.connections) + " connections"}};
    if (out >= thresholds_["bytes_much"]) signs.push_back({10, "that is a lot"});
    const std::string* looked_up = names_.find(made.remote.address);
    const std::string name = !made.remote_name.empty() ? made.remote_name
                             : looked_up != nullptr    ? *looked_up
                                                       : std::string{};
    if (name.empty()) signs.push_back({10, "nobody looked that address up by a name"});
    if (out >= 0.8 * static_cast<double>(host_out))
      signs.push_back({5, "the host sent little else"});
    const std::string_view service = known_service(name);
    if (!service.empty())
      signs.push_back({-30, name + " is a known service (" + std::string(service) + ")"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = peer.first;
    alert.last_time = activity.time;
    alert.count = peer.connections;
    alert.domain = name;
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " uploads to " +
              (name.empty() ? made.remote.text() : name));
    sink.raise(std::move(alert));
  }

  Thresholds thresholds_;
  BoundedMap<uint64_t, Peer> peers_{kPeersMax, peer_forgotten};
  BoundedMap<std::string, uint64_t> hosts_{kHostsMax, peer_forgotten};
  BoundedMap<IpAddress, std::string> names_{kNamesMax, peer_forgotten};
};

}  // namespace

BehaviorEntry upload_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<Upload>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
